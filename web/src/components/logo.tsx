/** A disc behind a hill, a band of paper around it: the mark of the drawn posters. */
export function Mark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true" className={className}>
      <rect width="32" height="32" rx="8" className="fill-[#223a86] dark:fill-[#2b3a7d]" />
      <circle cx="20" cy="12" r="6.5" fill="#f8bf35" />
      <path d="M0 24c6-7 11-7 16-3s10 3 16-3v6a8 8 0 0 1-8 8H8a8 8 0 0 1-8-8Z" fill="#0f1742" />
      <path d="M0 23.5h32V24a8 8 0 0 1-.5 3H.5a8 8 0 0 1-.5-3Z" fill="#fdfaf2" />
    </svg>
  );
}
