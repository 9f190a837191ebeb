/** Text with headings, lists and emphasis. */
import { EditorContent, useEditor } from "@tiptap/react";
import StarterKit from "@tiptap/starter-kit";
import { Bold, Heading2, Italic, List, ListOrdered, Quote } from "lucide-react";
import { t } from "../../kernel/i18n";
import type { InputProps } from "../fields";

export default function RichInput({ id, value, onChange, disabled, invalid, autoFocus }: InputProps) {
  const editor = useEditor({
    extensions: [StarterKit],
    content: typeof value === "string" ? value : "",
    editable: !disabled,
    autofocus: autoFocus ? "end" : false,
    editorProps: { attributes: { class: "prose rich-text", role: "textbox", "aria-multiline": "true", ...(id ? { id } : {}) } },
    onUpdate: ({ editor: current }) => onChange(current.isEmpty ? null : current.getHTML()),
  });
  const tools = [
    { name: "bold", Icon: Bold, on: editor?.isActive("bold"), run: () => editor?.chain().focus().toggleBold().run() },
    { name: "italic", Icon: Italic, on: editor?.isActive("italic"), run: () => editor?.chain().focus().toggleItalic().run() },
    { name: "heading", Icon: Heading2, on: editor?.isActive("heading"), run: () => editor?.chain().focus().toggleHeading({ level: 2 }).run() },
    { name: "bullets", Icon: List, on: editor?.isActive("bulletList"), run: () => editor?.chain().focus().toggleBulletList().run() },
    { name: "numbers", Icon: ListOrdered, on: editor?.isActive("orderedList"), run: () => editor?.chain().focus().toggleOrderedList().run() },
    { name: "quote", Icon: Quote, on: editor?.isActive("blockquote"), run: () => editor?.chain().focus().toggleBlockquote().run() },
  ];
  return (
    <div className={`rich ${invalid ? "bad" : ""}`}>
      {!disabled && (
        <div className="rich-tools" role="toolbar" aria-label={t("rich.tools")}>
          {tools.map((tool) => (
            <button key={tool.name} type="button" className="icon-button" aria-label={t(`rich.${tool.name}`)} aria-pressed={!!tool.on} onClick={tool.run}>
              <tool.Icon size={15} />
            </button>
          ))}
        </div>
      )}
      <EditorContent editor={editor} />
    </div>
  );
}
