/** A part of the page as a PNG: its elements with their styles in an SVG, painted on a canvas. */

function styled(from: Element, to: Element) {
  if (to instanceof HTMLElement || to instanceof SVGElement) {
    const style = getComputedStyle(from);
    let text = "";
    for (const name of style) text += `${name}:${style.getPropertyValue(name)};`;
    to.setAttribute("style", text);
  }
  [...from.children].forEach((child, at) => {
    const twin = to.children[at];
    if (twin) styled(child, twin);
  });
}

export async function picture(element: HTMLElement): Promise<Blob> {
  const { width, height } = element.getBoundingClientRect();
  const twin = element.cloneNode(true) as HTMLElement;
  styled(element, twin);
  for (const gone of twin.querySelectorAll("[data-unpictured]")) gone.remove();
  twin.style.margin = "0";
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("width", String(width));
  svg.setAttribute("height", String(height));
  const inside = document.createElementNS("http://www.w3.org/2000/svg", "foreignObject");
  inside.setAttribute("width", "100%");
  inside.setAttribute("height", "100%");
  inside.append(twin);
  svg.append(inside);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(svg))}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  const sharp = 2;
  canvas.width = Math.ceil(width * sharp);
  canvas.height = Math.ceil(height * sharp);
  const paper = canvas.getContext("2d");
  if (!paper) throw new Error("no canvas");
  paper.fillStyle = getComputedStyle(document.body).backgroundColor;
  paper.fillRect(0, 0, canvas.width, canvas.height);
  paper.scale(sharp, sharp);
  paper.drawImage(image, 0, 0);
  return new Promise((done, failed) => canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("no picture"))), "image/png"));
}

export function keep(blob: Blob, name: string) {
  const address = URL.createObjectURL(blob);
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
