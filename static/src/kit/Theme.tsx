/** Puts the tokens into antd and the page, in the reader's language and theme. */
import { App, ConfigProvider, theme as themes } from "antd";
import en from "antd/locale/en_US";
import zh from "antd/locale/zh_CN";
import dayjs from "dayjs";
import "dayjs/locale/zh-cn";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { dark, font, light, sheet } from "./tokens";
import { isDark, useLook } from "./look";
import "./style.css";

if (!document.getElementById("tokens")) {
  const element = document.createElement("style");
  element.id = "tokens";
  element.textContent = sheet();
  document.head.prepend(element);
}

// cut short by the style sheet, a motion might never tell antd that it has ended: a menu then stays off the screen
const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;

export function Theme({ children }: { children: ReactNode }) {
  const look = useLook();
  const { i18n } = useTranslation();
  const night = isDark(look);
  const colours = night ? dark : light;
  const chinese = i18n.language !== "en";
  dayjs.locale(chinese ? "zh-cn" : "en");
  return (
    <ConfigProvider
      locale={chinese ? zh : en}
      button={{ autoInsertSpace: false }}
      theme={{
        algorithm: night ? themes.darkAlgorithm : themes.defaultAlgorithm,
        token: {
          colorPrimary: colours.accent, colorLink: colours.accentText, colorError: colours.danger, colorWarning: colours.wait, colorSuccess: colours.done,
          colorInfo: colours.accent, colorPrimaryBg: colours.accentSoft, colorPrimaryBgHover: colours.accentSoft, controlItemBgActive: colours.accentSoft, controlItemBgActiveHover: colours.accentSoft, controlItemBgHover: colours.hover, colorPrimaryHover: colours.accentHover, colorText: colours.text, colorTextSecondary: colours.second, colorTextTertiary: colours.third, colorTextPlaceholder: colours.third,
          colorBgLayout: colours.ground, colorBgContainer: colours.card, colorBgElevated: colours.raised, colorBorder: night ? "#3d444a" : "#d5d9df", colorBorderSecondary: colours.line,
          borderRadius: 6, fontFamily: font, fontSize: 14, lineHeight: 1.57, controlHeight: 32,
          boxShadow: colours.shadow, boxShadowSecondary: colours.shadow, motion: !still, motionDurationFast: "0.1s", motionDurationMid: "0.14s", motionDurationSlow: "0.18s",
        },
        components: {
          Button: { primaryShadow: "none", defaultShadow: "none", dangerShadow: "none", fontWeight: 500 },
          Tooltip: { colorBgSpotlight: night ? "#34393e" : "#2b3036" },
          Modal: { titleFontSize: 16 },
          Dropdown: { paddingBlock: 5 },
          Select: { optionSelectedFontWeight: 500, optionSelectedBg: colours.accentSoft },
          Tabs: { horizontalMargin: "0", titleFontSize: 14 },
        },
      }}
    >
      <App component={false} message={{ top: 12, maxCount: 3 }}>
        {children}
      </App>
    </ConfigProvider>
  );
}
