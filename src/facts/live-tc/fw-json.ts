/**
 * Before version 6.8 iproute2 prints what fw filters ask for as text in the middle of its JSON
 * (f_fw.c): `"options":{handle 0x6/0xff classid 1:10 }`. Gives what later ones print instead.
 */
export function repairFwFilters(text: string): string {
  if (!text.includes('"options":{handle 0x') && !text.includes('"options":{classid ')) return text
  return text.replace(
    /"options":\{(?:handle (0x[0-9a-f]{1,8})(?:\/(0x[0-9a-f]{1,8}))? )?(?:classid ([0-9a-f]{0,4}:[0-9a-f]{0,4}|root|none) )?(?:input dev ([^\s"\\]{1,16}) )?(?=(\}|"|\n))/g,
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
