/** Rich text made harmless before it is drawn: only the tags the editor writes, no attribute but a safe link. */

const allowed = new Set(["P", "BR", "B", "STRONG", "I", "EM", "U", "S", "CODE", "PRE", "H1", "H2", "H3", "H4", "UL", "OL", "LI", "BLOCKQUOTE", "A", "HR"]);
const dropped = new Set(["SCRIPT", "STYLE", "IFRAME", "OBJECT", "EMBED", "TEMPLATE", "SVG", "MATH", "NOSCRIPT"]);

export function clean(html: string): string {
  const page = new DOMParser().parseFromString(html, "text/html");
  walk(page.body);
  return page.body.innerHTML;
}

function walk(node: Element) {
  for (const child of Array.from(node.children)) {
    if (dropped.has(child.tagName.toUpperCase())) {
      child.remove();
      continue;
    }
    walk(child);
    if (!allowed.has(child.tagName)) {
      child.replaceWith(...Array.from(child.childNodes));
      continue;
    }
    const link = child.getAttribute("href") ?? "";
    for (const attribute of Array.from(child.attributes)) child.removeAttribute(attribute.name);
    if (child.tagName === "A" && /^(https?:|mailto:|tel:)/i.test(link)) {
      child.setAttribute("href", link);
      child.setAttribute("rel", "noreferrer noopener");
      child.setAttribute("target", "_blank");
    }
  }
}

/** The words alone. */
export function plain(html: string): string {
  return (new DOMParser().parseFromString(html.replaceAll("</p>", "</p> "), "text/html").body.textContent ?? "").trim();
}
