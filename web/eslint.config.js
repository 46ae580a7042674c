// SPDX-License-Identifier: Apache-2.0
// For web/, tests/web/ and tools/: tools/check_web.sh calls it from the project's root.
import js from "@eslint/js";
import { defineConfig } from "eslint/config";
import globals from "globals";
import typescript from "typescript-eslint";

export default defineConfig(
  { ignores: ["**/node_modules/", "web/dist/"] },
  js.configs.recommended,
  typescript.configs.strict,
  {
    rules: {
      eqeqeq: "error",
      // `!` says that the data were checked when they were read.
      "@typescript-eslint/no-non-null-assertion": "off",
    },
  },
  {
    files: ["web/vite.config.ts"],
    // A bundle is an object with files by name.
    rules: { "@typescript-eslint/no-dynamic-delete": "off" },
  },
  { files: ["web/src/**"], languageOptions: { globals: globals.browser } },
  // Tests run in Node.js, and in the page what they hand to it.
  { files: ["**/*.mjs"], languageOptions: { globals: { ...globals.node, ...globals.browser } } },
);
