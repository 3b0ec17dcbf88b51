/** The greeting's view: evening over a valley, wires across it. Colours follow the theme. */
export function Scene({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 1440 420" preserveAspectRatio="xMidYMax slice" aria-hidden="true" className={className}>
      <circle cx="1120" cy="196" r="104" className="fill-obi" />
      <path
        className="fill-[#b9c9d6] dark:fill-[#252c58]"
        d="M0 300C120 262 210 214 330 232c90 14 150 62 250 52 110-11 170-96 300-92 110 4 160 74 262 78 112 4 190-62 298-58v208H0Z"
      />
      <path
        className="fill-[#7f97b8] dark:fill-[#1c2249]"
        d="M0 342c140-34 250-42 380-18 150 28 250 30 390 2 120-24 220-50 360-26 120 20 210 34 310 14v106H0Z"
      />
      <path className="fill-[#28449b] dark:fill-[#151a3b]" d="M0 384c190-30 360-32 560-10 240 26 420 18 600-8 110-16 200-12 280 0v54H0Z" />
      <g className="stroke-[#181b38] dark:stroke-[#070918]" fill="none">
        <path strokeWidth="9" d="M286 92v328" />
        <path strokeWidth="7" d="M236 122h100M246 150h80" />
        <path strokeWidth="5" d="M782 232v188M754 250h56M760 266h44" />
        <path strokeWidth="3.5" d="M1128 292v100M1112 302h32" />
        <path
          strokeWidth="2"
          d="M-20 52Q120 134 240 120Q540 296 757 249Q980 330 1114 301M-20 70Q140 150 332 120Q600 300 808 249Q1010 332 1142 301M-20 96Q130 170 250 148Q530 318 763 265M-20 108Q150 184 322 148Q590 322 801 265"
        />
      </g>
      <path className="fill-[#181b38] dark:fill-[#070918]" d="M470 226q7-9 13-1 6-8 14 0-8-3-13 5-6-8-14-4ZM522 201q7-9 13-1 6-8 14 0-8-3-13 5-6-8-14-4Z" />
      <path className="fill-[#181b38] dark:fill-[#070918]" d="M0 410c220-14 420-10 700-2s520 6 740-6v18H0Z" />
    </svg>
  );
}
