// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { defineConfig, type Plugin } from "vite";

/** Puts script and style into the page, and a policy that lets nothing else in.
 *
 * The script is named by its hash: text of a scenario cannot become a script, whatever
 * it holds. Nothing may be requested from anywhere (default-src 'none').
 */
function oneFile(): Plugin {
  return {
    name: "one-file",
    enforce: "post",
    generateBundle(_options, bundle) {
      const page = bundle["index.html"];
      if (page?.type !== "asset") throw new Error("vite made no index.html");
      let html = String(page.source);
      let scripts = "";
      let styles = "";
      for (const [name, file] of Object.entries(bundle)) {
        if (file.type === "chunk") scripts += file.code;
        else if (name.endsWith(".css")) styles += String(file.source);
        else continue;
        delete bundle[name];
      }
      html = html
        .replace(/<script type="module"[^>]*><\/script>\s*/g, "")
        .replace(/<link rel="(stylesheet|modulepreload)"[^>]*>\s*/g, "");
      const script = "\n" + scripts.replace(/<\/(script)/gi, "<\\/$1") + "\n";
      const hash = createHash("sha256").update(script).digest("base64");
      const policy =
        `default-src 'none'; script-src 'sha256-${hash}'; ` +
        "style-src 'unsafe-inline'; img-src data: blob:";
      // functions as replacements: no $1 in them
      html = html
        .replace(
          "<!--policy-->",
          () => `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
        )
        .replace(
          "<!--style-->",
          () => `<style>${styles.replace(/<\/style/gi, "<\\/style")}</style>`,
        )
        .replace("<!--script-->", () => `<script>${script}</script>`);
      page.source = html;
    },
  };
}

export default defineConfig({
  plugins: [oneFile()],
  build: {
    target: "es2021",
    assetsInlineLimit: 1 << 20,
    cssCodeSplit: false,
    modulePreload: false,
    chunkSizeWarningLimit: 4096,
    rollupOptions: { output: { format: "iife" } },
  },
});
