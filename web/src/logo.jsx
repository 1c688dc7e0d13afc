/** Three streams that become one, and the name. */
export function Logo() {
  return (
    <span className="tributary-logo">
      <svg viewBox="0 0 32 32" width="22" height="22" fill="none" strokeLinecap="round" strokeWidth="3.6" aria-hidden="true">
        <path d="M6 3c0 10 10 9 10 17v9" stroke="currentColor" opacity=".55" />
        <path d="M26 3c0 10-10 9-10 17" stroke="currentColor" opacity=".75" />
        <path d="M16 3v26" stroke="currentColor" />
      </svg>
      Tributary
    </span>
  );
}
