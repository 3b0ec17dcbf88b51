import type { Random } from '@/lib/random';

import type { Motif } from './choose';
import type { Palette } from './palettes';

/** All motifs draw into this box; the lowest quarter lies under the title band. */
export const kWidth = 200;
export const kHeight = 300;

const n = (value: number) => value.toFixed(1);

function ridge(random: Random, level: number, height: number): string {
  const phase = random.between(0, 6.28);
  const slow = random.between(0.014, 0.024);
  const fast = random.between(0.045, 0.07);
  let path = `M0 ${kHeight}`;
  for (let x = 0; x <= kWidth; x += 8) {
    const y = level - height * (0.65 * Math.sin(x * slow * 2 + phase) + 0.35 * Math.sin(x * fast + phase * 1.7));
    path += `L${x} ${n(y)}`;
  }
  return `${path}L${kWidth} ${kHeight}Z`;
}

function dots(random: Random, count: number, area: [number, number, number, number], size: [number, number]): string {
  let path = '';
  for (let i = 0; i < count; i += 1) {
    const r = random.between(...size);
    const x = random.between(area[0], area[2]);
    const y = random.between(area[1], area[3]);
    path += `M${n(x - r)} ${n(y)}a${n(r)} ${n(r)} 0 1 0 ${n(2 * r)} 0a${n(r)} ${n(r)} 0 1 0 ${n(-2 * r)} 0`;
  }
  return path;
}

interface Props {
  random: Random;
  palette: Palette;
}

function disc({ random, palette }: Props, low = 60, high = 130) {
  return <circle cx={n(random.between(50, 150))} cy={n(random.between(low, high))} r={n(random.between(26, 42))} fill={palette.disc} />;
}


function hills({ random, palette }: Props) {
  const mist = random.between(150, 180);
  return (
    <>
      {disc({ random, palette })}
      <path d={ridge(random, 160, 34)} fill={palette.far} />
      <path d={`M-10 ${n(mist)}h90M40 ${n(mist + 12)}h180M-10 ${n(mist + 26)}h120`} stroke={palette.skyTop} strokeWidth="7" strokeLinecap="round" opacity=".55" />
      <path d={ridge(random, 205, 22)} fill={palette.mid} />
      <path d={ridge(random, 240, 12)} fill={palette.near} />
    </>
  );
}

function wires({ random, palette }: Props) {
  const pole = random.between(110, 160);
  const top = random.between(60, 84);
  const sag = random.between(20, 34);
  const wire = (y: number) =>
    `M-10 ${n(y - 22)}Q${n(pole / 2)} ${n(y + sag)} ${n(pole)} ${n(y)}Q${n((pole + 210) / 2 + 14)} ${n(y + sag * 0.6)} 212 ${n(y - 6)}`;
  const cloud = random.between(70, 130);
  return (
    <>
      <path d={`M20 ${n(cloud)}h70M52 ${n(cloud + 13)}h96M96 ${n(cloud - 13)}h40`} stroke={palette.disc} strokeWidth="13" strokeLinecap="round" opacity=".8" />
      <path d={ridge(random, 205, 14)} fill={palette.far} />
      <path d={ridge(random, 235, 8)} fill={palette.mid} />
      <path d={`M${n(pole)} ${n(top - 14)}V300M${n(pole - 22)} ${n(top)}h44M${n(pole - 16)} ${n(top + 14)}h32`} stroke={palette.near} strokeWidth="4.5" />
      <path d={wire(top) + wire(top + 7) + wire(top + 15)} stroke={palette.near} strokeWidth="1.4" fill="none" />
    </>
  );
}

function waves({ random, palette }: Props) {
  const rows = [];
  const shift = random.between(0, 20);
  for (let row = 0; row < 5; row += 1) {
    const y = 178 + row * 22;
    let rings = '';
    for (let x = -40 + shift + (row % 2) * 22; x < 250; x += 44) {
      for (const r of [22, 15, 8]) rings += `M${n(x - r)} ${y}a${r} ${r} 0 0 1 ${2 * r} 0`;
    }
    rows.push(
      <g key={row}>
        <path d={rings.replace(/M(\S+) (\S+)a22 22 0 0 1 44 0/g, 'M$1 $2a22 22 0 0 1 44 0v30h-44z')} fill={row % 2 ? palette.mid : palette.far} stroke={palette.skyTop} strokeWidth="1.8" />
      </g>,
    );
  }
  return (
    <>
      {disc({ random, palette }, 80, 140)}
      {rows}
      <rect y="276" width="200" height="24" fill={palette.near} />
    </>
  );
}

function city({ random, palette }: Props) {
  const skyline = (low: number, high: number) => {
    let path = 'M0 300';
    let lit = '';
    for (let x = 0; x < kWidth; ) {
      const width = random.between(18, 36);
      const top = random.between(low, high);
      path += `L${n(x)} ${n(top)}H${n(x + width)}`;
      for (let y = top + 10; y < 230; y += 13) {
        for (let w = x + 5; w < x + width - 6; w += 8) if (random.unit() < 0.28) lit += `M${n(w)} ${n(y)}h3.5v5h-3.5z`;
      }
      x += width;
    }
    return { path: `${path}V300Z`, lit };
  };
  const back = skyline(112, 165);
  const front = skyline(160, 212);
  return (
    <>
      {disc({ random, palette }, 48, 90)}
      <path d={back.path} fill={palette.far} />
      <path d={front.path} fill={palette.near} />
      <path d={front.lit} fill={palette.disc} />
    </>
  );
}

function space({ random, palette }: Props) {
  const x = random.between(62, 138);
  const y = random.between(86, 124);
  const r = random.between(32, 46);
  const tilt = random.between(-28, -10);
  return (
    <>
      <path d={dots(random, 46, [0, 0, 200, 210], [0.5, 1.5])} fill={palette.disc} />
      <circle cx={n(x)} cy={n(y)} r={n(r)} fill={palette.disc} />
      <path d={`M${n(x - r)} ${n(y)}a${n(r)} ${n(r)} 0 0 0 ${n(2 * r)} 0a${n(r * 1.15)} ${n(r * 0.7)} 0 0 1 ${n(-2 * r)} 0`} fill={palette.skyLow} opacity=".6" transform={`rotate(${n(tilt)} ${n(x)} ${n(y)})`} />
      <ellipse cx={n(x)} cy={n(y)} rx={n(r * 1.75)} ry={n(r * 0.34)} fill="none" stroke={palette.skyLow} strokeWidth="4" transform={`rotate(${n(tilt)} ${n(x)} ${n(y)})`} />
      <path d={ridge(random, 222, 16)} fill={palette.mid} />
      <path d={ridge(random, 246, 9)} fill={palette.near} />
    </>
  );
}

function forest({ random, palette }: Props) {
  const trunks = (count: number, width: [number, number]) => {
    let path = '';
    for (let i = 0; i < count; i += 1) {
      const x = ((i + random.between(0.1, 0.9)) * kWidth) / count;
      const w = random.between(...width);
      const lean = random.between(-6, 6);
      path += `M${n(x)} -5L${n(x + lean)} 300h${n(w * 1.5)}L${n(x + w)} -5Z`;
      const branch = random.between(50, 150);
      path += `M${n(x + w / 2)} ${n(branch)}q${n(random.between(14, 30))} -6 ${n(random.between(26, 44))} -30l-2 0q-16 18 -${n(random.between(26, 40))} 24z`;
    }
    return path;
  };
  return (
    <>
      {disc({ random, palette }, 66, 110)}
      <path d={trunks(7, [3, 6])} fill={palette.far} opacity=".75" />
      <path d={ridge(random, 232, 9)} fill={palette.mid} />
      <path d={trunks(3, [9, 15])} fill={palette.near} />
      <path d={ridge(random, 252, 6)} fill={palette.near} />
    </>
  );
}

function rain({ random, palette }: Props) {
  let strokes = '';
  for (let i = 0; i < 38; i += 1) {
    const x = random.between(-30, 210);
    const y = random.between(-20, 200);
    const length = random.between(24, 70);
    strokes += `M${n(x)} ${n(y)}l${n(-length * 0.32)} ${n(length)}`;
  }
  const arch = random.between(150, 168);
  return (
    <>
      {disc({ random, palette })}
      <path d={ridge(random, 190, 20)} fill={palette.far} />
      <path d={`M-10 ${n(arch + 50)}Q100 ${n(arch - 24)} 210 ${n(arch + 50)}V300H-10Z`} fill={palette.mid} />
      <path d={`M-10 ${n(arch + 34)}Q100 ${n(arch - 40)} 210 ${n(arch + 34)}`} stroke={palette.near} strokeWidth="5" fill="none" />
      <path d={[20, 50, 80, 110, 140, 170].map((x) => `M${x} ${n(arch + 18 - 20 * Math.sin((x / 200) * 3.14))}v34`).join('')} stroke={palette.near} strokeWidth="4" />
      <path d={ridge(random, 250, 6)} fill={palette.near} />
      <path d={strokes} stroke={palette.skyTop} strokeWidth="1.3" opacity=".75" />
    </>
  );
}

function branch({ random, palette }: Props) {
  const y = random.between(70, 110);
  const flip = random.unit() < 0.5;
  return (
    <>
      {disc({ random, palette }, 96, 140)}
      <path d={ridge(random, 218, 14)} fill={palette.far} />
      <path d={ridge(random, 244, 8)} fill={palette.mid} />
      <g transform={flip ? 'translate(200 0) scale(-1 1)' : undefined}>
        <path d={`M-8 ${n(y + 40)}Q60 ${n(y + 6)} 108 ${n(y - 14)}T196 ${n(y - 40)}M60 ${n(y + 10)}Q84 ${n(y + 38)} 118 ${n(y + 44)}M112 ${n(y - 16)}Q124 ${n(y - 46)} 150 ${n(y - 58)}`} stroke={palette.near} strokeWidth="5" strokeLinecap="round" fill="none" />
        <path d={dots(random, 16, [24, y - 44, 186, y + 30], [4, 9])} fill={palette.far} />
        <path d={dots(random, 12, [30, y - 50, 180, y + 40], [3, 6])} fill={palette.disc} />
      </g>
      <path d={dots(random, 12, [10, y + 50, 190, 230], [1.5, 3])} fill={palette.disc} />
    </>
  );
}

function strings({ random, palette }: Props) {
  const phase = random.between(0, 6.28);
  let lines = '';
  let notes = '';
  for (let i = 0; i < 5; i += 1) {
    const wave = (x: number) => 128 + i * 15 + 26 * Math.sin(x * 0.022 + phase + i * 0.1);
    lines += `M-5 ${n(wave(-5))}`;
    for (let x = 5; x <= 205; x += 10) lines += `L${x} ${n(wave(x))}`;
    const x = random.between(24, 176);
    notes += `M${n(x - 6)} ${n(wave(x))}a6.5 5 -20 1 0 13 0a6.5 5 -20 1 0 -13 0M${n(x + 5)} ${n(wave(x))}v-32h3v32z`;
  }
  return (
    <>
      {disc({ random, palette }, 52, 90)}
      <path d={ridge(random, 222, 14)} fill={palette.far} />
      <path d={ridge(random, 246, 8)} fill={palette.mid} />
      <path d={lines} stroke={palette.mid} strokeWidth="2" fill="none" />
      <path d={notes} fill={palette.near} />
    </>
  );
}

export const kMotifs: Record<Motif, (props: Props) => React.JSX.Element> = {
  hills,
  wires,
  waves,
  city,
  space,
  forest,
  rain,
  branch,
  strings,
};

