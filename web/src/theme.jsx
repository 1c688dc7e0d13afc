import { useMonaco } from '@graphiql/react';
import { useEffect } from 'react';

const PALETTES = {
  'graphiql-LIGHT': { base: 'vs', accent: '#0a729e', surface: '#ffffff', argument: '6c69ce', focus: '#444444' },
  'graphiql-DARK': { base: 'vs-dark', accent: '#36bae2', surface: '#212a3b', argument: '908aff', focus: '#ffffff' },
};

/** Monaco cannot read CSS variables: its accent is set again here, to the one of style.css. */
export function MonacoColors() {
  const monaco = useMonaco((state) => state.monaco);
  useEffect(() => {
    for (const [name, palette] of Object.entries(PALETTES)) monaco?.editor.defineTheme(name, theme(palette));
  }, [monaco]);
  return null;
}

function theme({ base, accent, surface, argument, focus }) {
  const tint = `${accent}22`;
  return {
    base,
    inherit: true,
    rules: [{ token: 'argument.identifier.gql', foreground: argument }],
    colors: {
      'editor.background': '#ffffff00',
      'scrollbar.shadow': '#ffffff00',
      'editorWidget.background': surface,
      'editorHoverWidget.background': surface,
      'editorSuggestWidget.background': surface,
      'editorSuggestWidget.selectedBackground': tint,
      'editorSuggestWidget.selectedForeground': accent,
      'menu.background': surface,
      'menu.selectionBackground': tint,
      'menu.selectionForeground': accent,
      'quickInput.background': surface,
      'quickInputList.focusBackground': tint,
      'quickInputList.focusForeground': focus,
      'list.hoverBackground': tint,
      'list.highlightForeground': accent,
      'list.focusHighlightForeground': accent,
      'editorLink.activeForeground': accent,
      'textLink.foreground': accent,
      'textLink.activeForeground': accent,
      focusBorder: accent,
    },
  };
}
