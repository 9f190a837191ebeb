/** Short words at the top of the page, from anywhere below the theme. */
import { App } from "antd";
import { told } from "./parts";

export function useToast() {
  const { message, modal } = App.useApp();
  return {
    modal,
    done: (text: string) => void message.success(text, 2),
    say: (text: string) => void message.info(text, 3),
    failed: (error: unknown) => {
      const { title, detail } = told(error);
      void message.error(detail || title, 5);
    },
  };
}
