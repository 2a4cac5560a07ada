/**
 * What iproute2 prints of fw filters before version 6.8 (f_fw.c), and of the ematches of basic in all (m_ematch.c), is
 * text in the middle of its JSON: `"options":{handle 0x6/0xff classid 1:10 }`. Gives JSON, as later versions print fw.
 */
export function repairFilters(text: string): string {
  const plain = text.includes('"kind":"basic"') ? repairEmatches(text) : text
  return text.includes('"kind":"fw"') ? repairFw(plain) : plain
}

function repairFw(text: string): string {
  return text.replace(
    /"options":\{(?:handle (0x[0-9a-f]{1,8})(?:\/(0x[0-9a-f]{1,8}))? )?(?:classid ([0-9a-f]{0,4}:[0-9a-f]{0,4}|root|none) )?(?:input dev ([^\s"\\]{1,16}) )?\n?(?=([}"]))/g,
    (_, mark?: string, mask?: string, classid?: string, indev?: string, next?: string) => {
      const members = [
        ...(mark === undefined ? [] : [`"fw":{"mark":"${mark}","mask":"${mask ?? '0xffffffff'}"}`]),
        ...(classid === undefined ? [] : [`"classid":"${classid}"`]),
        ...(indev === undefined ? [] : [`"indev":"${indev}"`]),
      ].join(',')
      return `"options":{${members}${members !== '' && next === '"' ? ',' : ''}`
    },
  )
}

/** Lines between the members of basic: `"flowid":"1:10"`, then `  meta(nf_mark mask 0x000000ff eq 1)`. */
function repairEmatches(text: string): string {
  return text.replace(/"\n((?: [^\n]{0,2000}\n){1,64})(?=([}"]))/g, (_, lines: string, next: string) => {
    const ematch = JSON.stringify(lines.trim())
    return `","ematch":${ematch}${next === '"' ? ',' : ''}`
  })
}
