/** The vCard files of the corpus: each item of what real files look like, made by hand and small. */
import { encode, quoted } from './encode.ts'
import { folded, GIF, HTML, JPEG, PNG, TIFF } from './pictures.ts'

const base64 = (bytes: Buffer) => bytes.toString('base64')

/** Lines of one or more cards, by CR LF unless said otherwise. */
function lines(text: string, lineEnd = '\r\n'): string {
  return text.replace(/^\n/, '').replaceAll('\n', lineEnd)
}

function card(version: string, body: string): string {
  return `BEGIN:VCARD\nVERSION:${version}\n${body.trim()}\nEND:VCARD\n`
}

const PLAIN = card(
  '3.0',
  'N:Lovelace;Ada;;;\nFN:Ada Lovelace\nTEL;TYPE=CELL:+44 20 7946 0001\nNOTE:First line\\nsecond line',
)
const GERMAN = card(
  '3.0',
  'N:Müller;Jürgen;;;\nFN:Jürgen Müller\nADR;TYPE=HOME:;;Königstraße 7;Köln;;50667;Deutschland\nNOTE:Grüße aus Düsseldorf',
)
const WIDE = `${GERMAN}${card('3.0', 'N:山田;太郎;;;\nFN:山田 太郎\nORG:株式会社サンプル')}`

export const VCARD_FILES: Record<string, string | Buffer> = {
  // Line ends.
  'line-ends-lf.vcf': lines(PLAIN, '\n'),
  'line-ends-cr.vcf': lines(PLAIN + PLAIN.replaceAll('Ada', 'Annabella'), '\r'),
  'line-ends-crlf.vcf': lines(PLAIN),
  'line-ends-cr-cr-lf-ios.vcf': lines(
    card(
      '3.0',
      `N:Hopper;Grace;;;\nFN:Grace Hopper\nPHOTO;ENCODING=b;TYPE=JPEG:${folded(base64(JPEG), ' ').replaceAll('\r', '')}\nTEL;type=CELL:+1 555 0100`,
    ),
    '\r\r\n',
  ),
  'line-ends-mixed.vcf':
    'BEGIN:VCARD\nVERSION:3.0\r\nN:Curie;Marie;;;\rFN:Marie Curie\r\r\nEMAIL:marie@example.org\nEND:VCARD\r',
  'blank-lines-between.vcf': lines(`\n\n\n${PLAIN}\n\n  \n${GERMAN}\n\n`),

  // Folding.
  'fold-one-blank.vcf': lines(
    card(
      '3.0',
      'N:Noether;Emmy;;;\nFN:Emmy\n  Noether\nNOTE:A long note that is fol\n ded in a word\\, and\n  before one',
    ),
  ),
  'fold-two-blanks.vcf': lines(
    card(
      '3.0',
      'N:Noether;Emmy;;;\nFN:Emmy Noether\nNOTE:A long note that is folded in the middle of a wo\n  rd, again and again, by two blanks, which one mus\n  t not read',
    ),
  ),
  'fold-tab.vcf': lines(
    card('3.0', 'N:Noether;Emmy;;;\nFN:Emmy Noether\nNOTE:A long note that is fol\n\tded by a tab'),
  ),
  'fold-in-the-head.vcf': lines(
    card(
      '3.0',
      'N:Noether;Emmy;;;\nFN:Emmy Noether\nADR;TYPE=WORK;\n X-A=b\n :;;Bunsenstr. 3;Göttingen;;37073;Germany',
    ),
  ),
  'fold-in-a-letter.vcf': Buffer.concat([
    Buffer.from('BEGIN:VCARD\r\nVERSION:3.0\r\nFN:J'),
    Buffer.from([0xc3]),
    Buffer.from('\r\n '),
    Buffer.from([0xbc]),
    Buffer.from('rgen\r\nN:;Jürgen;;;\r\nEND:VCARD\r\n'),
  ]),
  'line-of-60-kilobytes.vcf': lines(
    card(
      '3.0',
      `N:Babbage;Charles;;;\nFN:Charles Babbage\nNOTE:${'All work. '.repeat(6_000)}End.\nTEL:+44 20 7946 0002`,
    ),
  ),
  'base64-ended-by-a-blank-line.vcf': lines(
    card(
      '2.1',
      `N:Hopper;Grace\nPHOTO;JPEG;ENCODING=BASE64:\n ${folded(base64(JPEG), '  ').replaceAll('\r', '')}\n\nTEL;CELL:+1 555 0100`,
    ),
  ),
  'base64-without-indent.vcf': lines(
    card(
      '2.1',
      `N:Hopper;Grace\nPHOTO;ENCODING=BASE64;TYPE=GIF:\n${folded(base64(GIF), '', 30).replaceAll('\r', '')}\n\nTEL;CELL:+1 555 0100`,
    ),
  ),

  // Quoted-printable.
  'quoted-soft-break-at-the-end.vcf': lines(
    card(
      '2.1',
      `N;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:${quoted('Hörmann')};Jörg=\nTEL;HOME:089 1234567\nNOTE;ENCODING=QUOTED-PRINTABLE:The end=`,
    ),
  ),
  'quoted-soft-break-in-a-letter.vcf': lines(
    card(
      '2.1',
      'N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:H=C3=\n=B6rmann;J=C3=B6=\nrg;;;\nNOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:eins=0D=0A=\nzwei=0D=0A=\n  drei',
    ),
  ),
  'quoted-line-without-indent.vcf': lines(
    card(
      '2.1',
      'N:Meier;Ute\nADR;WORK;ENCODING=QUOTED-PRINTABLE:;;Hinterhaus=0D\n=0ALindenallee 3;Ulm;;89073;Deutschland\nTEL;WORK;VOICE:0731 12345',
    ),
  ),
  'quoted-semicolon-within.vcf': lines(
    card(
      '2.1',
      'N;ENCODING=QUOTED-PRINTABLE:M=C3=BCller=3B Sohn;Jan\nORG;QUOTED-PRINTABLE:M=FCller=3B S=F6hne;Verkauf',
    ),
  ),
  'quoted-without-charset.vcf': lines(
    card(
      '2.1',
      `N;ENCODING=QUOTED-PRINTABLE:${quoted('Müller', 'windows-1252')};${quoted('Jürgen', 'windows-1252')}\nTEL;CELL:0171 2345678`,
    ) + card('2.1', `N;QUOTED-PRINTABLE:${quoted('Weiß')};${quoted('Zoë')}\nTEL;CELL:0171 2345679`),
  ),

  // Encodings.
  'encoding-utf-8.vcf': lines(WIDE),
  'encoding-utf-8-with-mark.vcf': Buffer.concat([Buffer.from('\ufeff'), Buffer.from(lines(WIDE))]),
  'encoding-two-marks.vcf': `\ufeff${lines(PLAIN)}\ufeff${lines(GERMAN)}`,
  'encoding-utf-16-le-with-mark.vcf': encode(`\ufeff${lines(WIDE)}`, 'utf-16le'),
  'encoding-utf-16-be-with-mark.vcf': encode(`\ufeff${lines(WIDE)}`, 'utf-16be'),
  'encoding-utf-16-le.vcf': encode(lines(WIDE), 'utf-16le'),
  'encoding-utf-16-be.vcf': encode(lines(WIDE), 'utf-16be'),
  'encoding-windows-1252.vcf': encode(
    lines(`${GERMAN}${card('2.1', 'N:O’Brien;Zoë – „Zo“\nNOTE:50 €')}`),
    'windows-1252',
  ),
  'encoding-iso-8859-2.vcf': encode(
    lines(
      card('2.1', 'N:Wałęsa;Lech\nADR;HOME:;;ul. Świętojańska 5;Gdańsk;;80-840;Polska') +
        card(
          '2.1',
          'N:Dvořák;Antonín\nADR;HOME:;;Žitná 14;Nelahozeves;;277 51;Česko\nNOTE:Příliš žluťoučký kůň',
        ),
    ),
    'iso-8859-2',
  ),
  'encoding-mac-roman.vcf': encode(
    lines(GERMAN + card('3.0', 'N:Lefèvre;Renée;;;\nFN:Renée Lefèvre')),
    'macintosh',
  ),
  'encoding-shift-jis.vcf': encode(
    lines(
      card(
        '2.1',
        'N:山田;太郎\nSOUND;X-IRMC-N:ﾔﾏﾀﾞ;ﾀﾛｳ\nTEL;CELL:090-1234-5678\nADR;HOME:;;表参道1-2-3;渋谷区;東京都;150-0001;日本',
      ) + card('2.1', 'N:鈴木;さくら\nEMAIL:sakura@example.jp'),
    ),
    'shift_jis',
  ),
  'encoding-gb18030.vcf': encode(
    lines(
      card('2.1', 'N:王;小明\nORG:北京大学\nADR;WORK:;;颐和园路5号;北京;;100871;中国') +
        card('2.1', 'N:张;伟\nNOTE:我们在上海认识的'),
    ),
    'gb18030',
  ),
  'encoding-big5.vcf': encode(
    lines(card('2.1', 'N:陳;怡君\nORG:國立臺灣大學\nNOTE:我們在台北認識的，他喜歡喝茶')),
    'big5',
  ),
  'encoding-euc-kr.vcf': encode(
    lines(card('2.1', 'N:김;민수\nORG:서울대학교\nNOTE:부산에서 만났습니다')),
    'euc-kr',
  ),
  'charset-right.vcf': Buffer.concat([
    encode(lines('BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=ISO-8859-1:Müller;Jörg\n'), 'windows-1252'),
    encode(lines('NOTE;CHARSET=SHIFT_JIS:渋谷で会った\n'), 'shift_jis'),
    encode(lines('ORG;CHARSET=UTF-8:Größe & Söhne\nEND:VCARD\n'), 'utf-8'),
  ]),
  'charset-wrong.vcf': Buffer.concat([
    encode(
      lines('BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=ISO-8859-1:Müller;Jörg\nORG;CHARSET=SHIFT_JIS:Größe\n'),
      'utf-8',
    ),
    encode(lines('NOTE;CHARSET=UTF-8:Grüße\nTITLE;CHARSET=X-UNKNOWN:Söldner\nEND:VCARD\n'), 'windows-1252'),
  ]),
  'charset-on-one-property-of-3.0.vcf': Buffer.concat([
    encode(lines('BEGIN:VCARD\nVERSION:3.0\nN:Böhm;Jörg;;;\nFN:Jörg Böhm\n'), 'utf-8'),
    encode(lines('NOTE;CHARSET=Windows-1252:Schöne Grüße\nEND:VCARD\n'), 'windows-1252'),
  ]),
  'bytes-invalid-in-one-value.vcf': Buffer.concat([
    encode(lines('BEGIN:VCARD\nVERSION:3.0\nN:Böhm;Jörg;;;\nFN:Jörg Böhm\nNOTE:Grö'), 'utf-8'),
    Buffer.from([0xff, 0xc3]),
    encode(lines('e\nTITLE:Söldner\nEND:VCARD\n'), 'utf-8'),
    encode(lines(GERMAN), 'utf-8'),
  ]),
  'one-value-in-another-encoding.vcf': Buffer.concat([
    encode(lines(GERMAN), 'utf-8'),
    encode(lines(card('3.0', 'N:Jäger;Björn;;;\nFN:Bjoern')), 'windows-1252'),
  ]),
  'nul-bytes.vcf': lines(card('3.0', 'N:Nul\0l;An\0na;;;\nFN:Anna Null\0\nTEL:+49 30\0 123456')),

  // Structure.
  'three-versions.vcf': lines(
    card('2.1', 'N:Two;Version\nTEL;HOME;VOICE:+1 555 0121') +
      card('3.0', 'N:Three;Version;;;\nFN:Version Three\nTEL;TYPE=WORK,VOICE:+1 555 0130') +
      card(
        '4.0',
        'N:Four;Version;;;\nFN:Version Four\nTEL;VALUE=uri;TYPE="work,cell";PREF=1:tel:+1-555-0140;ext=12\nTEL;TYPE=home:+1 555 0141',
      ),
  ),
  'agent-nested.vcf': lines(`
BEGIN:VCARD
VERSION:2.1
N:Chief;Charlotte
AGENT:
BEGIN:VCARD
VERSION:2.1
N:Helper;Henry
TEL;WORK:+1 555 0151
END:VCARD
TEL;WORK:+1 555 0150
END:VCARD
`),
  'agent-inline.vcf': lines(
    card(
      '3.0',
      'N:Chief;Charlotte;;;\nFN:Charlotte Chief\nAGENT:BEGIN:VCARD\\nFN:Susan Thomas\\nTEL:+1-919-555-\n 1234\\nEMAIL\\;TYPE=INTERNET:susan@example.com\\nEND:VCARD\\n\nTEL:+1 555 0150',
    ),
  ),
  'nested-by-mistake.vcf': lines(`
BEGIN:VCARD
VERSION:3.0
N:Outer;Olga;;;
FN:Olga Outer
BEGIN:VCARD
VERSION:3.0
N:Inner;Ivan;;;
FN:Ivan Inner
END:VCARD
TEL:+1 555 0160
END:VCARD
`),
  'end-missing.vcf': lines(`
BEGIN:VCARD
VERSION:3.0
FN:Erna Endless
TEL:+1 555 0170
BEGIN:VCARD
VERSION:3.0
FN:Whole Willi
END:VCARD
BEGIN:VCARD
VERSION:3.0
FN:Last Lena
END:VCARD
`),
  'all-ends-missing.vcf': lines(
    Array.from({ length: 7 }, (_, index) => `BEGIN:VCARD\nVERSION:3.0\nFN:Person Number${index + 1}\n`).join(
      '',
    ),
  ),
  'version-late-or-missing.vcf': lines(`
BEGIN:VCARD
N:Late;Laura
TEL;CELL:+1 555 0180
VERSION:2.1
END:VCARD
BEGIN:VCARD
FN:Max Missing
END:VCARD
`),
  'lower-case.vcf': lines(
    'begin:vcard\nversion:2.1\nn:Small;Susi\ntel;work;fax:+1 555 0190\nemail;internet:susi@example.com\nend:vcard\n',
  ),
  'names.vcf': lines(
    card('3.0', 'FN:Anna Maria Huber\nN:Huber;Anna Maria;;Prof. Dr.;MBA') +
      card('3.0', 'FN:Only Formatted Name') +
      card('3.0', 'N:Without;Formatted;Middle,Second;Dr.,Prof.;Jr.,M.D.') +
      card('3.0', 'FN:Prince\nN:Prince;;;;') +
      card('3.0', 'FN:Doe, Jane') +
      card('3.0', 'N:;;;;\nFN:Unsplit Name\nTEL:+1 555 0199'),
  ),
  'companies.vcf': lines(
    card('3.0', 'ORG:Only Org Ltd.\nTEL;WORK:+1 555 0200') +
      card(
        '3.0',
        'N:;;;;\nFN:Apple-like Inc.\nORG:Apple-like Inc.;\nX-ABShowAs:COMPANY\nTEL;type=MAIN:+1 555 0201',
      ) +
      card('4.0', 'KIND:org\nFN:Standard Body\nURL:https://standard.example') +
      card('3.0', 'N:Worker;Wendy;;;\nFN:Wendy Worker\nORG:Some Company;Sales\\, East;Team 4'),
  ),
  'two-of-one.vcf': lines(
    card(
      '3.0',
      'N:Two;Tina;;;\nFN:Tina Two\nFN:Tina Twotwo\nORG:First Ltd.;Shop\nORG:Second Ltd.\nTITLE:Boss\nTITLE:Founder\nNOTE:One\nNOTE:Two\nTEL:+1 555 0210\nTEL:+1 555 0210',
    ),
  ),
  'line-without-colon.vcf': lines(
    card(
      '3.0',
      'N:Broken;Bob;;;\nFN:Bob Broken\nTEL 12345\nEMAIL:bob@example.com\nNOTE:First line\nsecond line without a fold\nURL:https://bob.example',
    ),
  ),
  'types-as-bare-words.vcf': lines(
    card(
      '2.1',
      'N:Bare;Ben\nTEL;WORK;VOICE:+49 89 1\nTEL;HOME;FAX:+49 89 22\nTEL;CELL;PREF:+49 171 333\nTEL;PAGER:+49 171 4444\nTEL:+49 171 55555\nEMAIL;PREF;INTERNET:ben@example.de\nEMAIL;X-Custom:ben@work.example\nADR;DOM;PARCEL;HOME:;;Weg 1;Bonn;;53111;D\nURL;WORK:http://ben.example',
    ),
  ),
  'types-quoted-and-listed.vcf': lines(
    card(
      '4.0',
      'FN:Quote Quentin\nN:Quentin;Quote;;;\nTEL;TYPE="WORK,FAX":+1 555 0220\nTEL;TYPE=HOME;TYPE=CELL;TYPE=PREF:+1 555 0221\nTEL;TYPE="work;X-B="y":+1 555 0222\nEMAIL;TYPE=internet,home,pref:q@example.com',
    ),
  ),
  'labels-far-away.vcf': lines(
    card(
      '3.0',
      'N:Apple;Anton;;;\nFN:Anton Apple\nitem1.TEL:+49 30 901\nitem2.EMAIL;type=INTERNET:anton@example.org\nitem3.ADR;type=HOME;type=pref:;;Am See 1;Kiel;;24103;Germany\nitem4.X-ABRELATEDNAMES;type=pref:Berta Apple\nitem5.X-ABDATE:2010-06-05\nitem6.URL;type=pref:https://anton.example\nitem7.X-ABDATE:2011-01-02\nitem8.X-ABRELATEDNAMES:Carl\nitem1.X-ABLabel:Ski Hut\nitem2.X-ABLabel:_$!<Other>!$_\nitem3.X-ABADR:de\nitem4.X-ABLabel:_$!<Spouse>!$_\nitem5.X-ABLabel:_$!<Anniversary>!$_\nitem6.X-ABLabel:_$!<HomePage>!$_\nitem7.X-ABLabel:Moved in\nitem8.X-ABLabel:_$!<Brother>!$_',
    ),
  ),
  'escapes.vcf': lines(
    card(
      '3.0',
      'N:Smith\\, Jr.;John\\;Q;;;\nFN:Smith, John\nORG:Acme\\, Inc.;R\\;D\nADR:;;1 Main St, Apt 2;Springfield\\, North;IL;62701;USA\nNOTE:C:\\temp \\\\server a\\:b "x" \\"y\\" one\\, two; three\\; four\\NFive\nCATEGORIES:Friends,Work\\, old,Club\nNICKNAME:Johnny,The \\, One\nURL:http\\://john.example/?a=1\\;b=2',
    ) + card('3.0', 'FN:Too Many\nADR:;;Street 1; Rear building;Bonn;NRW;53111;Germany;Europe'),
  ),
  'rfc-6868.vcf': lines(
    card(
      '4.0',
      `FN:Circum Flex\nN:Flex;Circum;;;\nADR;LABEL="Mr. ^'Flex^'^nMain St 1^^2^nTown":;;;;;;\nX-THING;X-NAME="a^nb":value`,
    ),
  ),
  'cut-in-the-middle.vcf': lines(
    `${PLAIN}BEGIN:VCARD\nVERSION:3.0\nN:Cut;Carla;;;\nFN:Carla Cut\nEMAIL:carla@exam`,
  ),
  'cut-in-a-photo.vcf': lines(
    `${PLAIN}BEGIN:VCARD\nVERSION:3.0\nFN:Carla Cut\nPHOTO;ENCODING=b;TYPE=JPEG:${base64(JPEG).slice(0, 90)}`,
  ),
  'nothing-in-it.vcf': lines(`${card('3.0', 'UID:1')}PRODID:outside\n${PLAIN}BEGIN:VCARD\nEND:VCARD\n`),
  'leftovers.vcf': lines(
    card(
      '3.0',
      'N:Left;Lisa;;;\nFN:Lisa Left\nitem1.X-WEIRD;TYPE=a,b;X-C="d;e":one\\, two;three\nitem1.X-ABLabel:Weird thing\nTZ:+01:00\nGEO:52.5;13.4\nKEY;ENCODING=b:AAECAw==\nX-PHONETIC-LAST-NAME:Lefft\nCLASS:PRIVATE',
    ),
  ),

  // Dates.
  'dates.vcf': lines(
    [
      '19850415',
      '1985-04-15',
      '--0415',
      '--04-15',
      '1985-04-15T00:00:00',
      '1985-04-14T22:00:00Z',
      '19850414T230000+0100',
      'Tue, 22 Dec 2009',
      '19723101',
      '0/0/00',
      '15.4.1985',
      '4/15/1985',
      '15/4/1985',
      '3/4/1985',
      '15.4.85',
      '--0229',
      '1985-02-29',
      '1985',
      'soon',
      '15. April 1985',
      'April 15, 1985',
      '1985年4月15日',
      '1604-02-29',
      '0000-00-00',
    ]
      .map((date, index) => card('3.0', `FN:Date${index + 1}\nBDAY:${date}`))
      .join('') +
      card('3.0', 'FN:Apple1\nBDAY;X-APPLE-OMIT-YEAR=1604:1604-04-15') +
      card('3.0', 'FN:Apple2\nBDAY;VALUE=date;X-APPLE-OMIT-YEAR=1900:1900-12-24') +
      card('4.0', 'FN:Text\nBDAY;VALUE=text:circa 1800\nANNIVERSARY:20100605'),
  ),
  'dates-day-first.vcf': lines(
    ['22/12/1970', '3/4/1985']
      .map((date, index) => card('3.0', `FN:Date${index + 1}\nBDAY:${date}`))
      .join(''),
  ),

  // Pictures.
  'photos.vcf': lines(
    card('2.1', `N:Jpeg\nPHOTO;JPEG;ENCODING=BASE64:\n ${folded(base64(JPEG), ' ').replaceAll('\r', '')}\n`) +
      card('3.0', `FN:Png\nPHOTO;ENCODING=b;TYPE=PNG:${base64(PNG)}`) +
      card('4.0', `FN:Gif\nPHOTO:data:image/gif;base64,${base64(GIF)}`) +
      card('4.0', `FN:Escaped\nPHOTO:data:image/gif;base64\\,${base64(GIF)}`) +
      card('3.0', `FN:Tiff\nPHOTO;ENCODING=BASE64;TYPE=TIFF:${base64(TIFF)}`) +
      card('3.0', `FN:Untyped\nPHOTO;BASE64:${base64(PNG)}`) +
      card('3.0', `FN:Mistyped\nPHOTO;ENCODING=b;TYPE=JPEG:${base64(PNG)}`) +
      card('3.0', `FN:Unencoded\nPHOTO;TYPE=PNG:${base64(PNG)}`) +
      card('3.0', `FN:Cut\nPHOTO;ENCODING=b;TYPE=JPEG:${base64(JPEG.subarray(0, 100))}`) +
      card('3.0', `FN:Page\nPHOTO;ENCODING=b;TYPE=JPEG:${base64(HTML)}`) +
      card('3.0', 'FN:Remote\nPHOTO;VALUE=URI:https://pictures.example/me.jpg') +
      card('3.0', 'FN:Local\nPHOTO;VALUE=URI:file:///home/me.jpg') +
      card('3.0', `FN:Two\nPHOTO;ENCODING=b:${base64(PNG)}\nPHOTO;ENCODING=b:${base64(GIF)}`),
  ),
  'logo-and-card-picture.vcf': lines(
    card(
      '3.0',
      `FN:Logo Lena\nLOGO;ENCODING=b;TYPE=GIF:${base64(GIF)}\nX-MS-CARDPICTURE;TYPE=GIF;ENCODING=BASE64:\n ${base64(GIF)}\n`,
    ),
  ),

  // People.
  'three-of-one-name.vcf': lines(
    ['+1 555 0231', '+1 555 0232', '+1 555 0233']
      .map((tel) => card('3.0', `N:Smith;John;;;\nFN:John Smith\nTEL:${tel}`))
      .join(''),
  ),
  'uid-twice.vcf': lines(
    card('3.0', 'UID:urn:uuid:11111111-1111-4111-8111-111111111111\nFN:Ann One\nREV:2020-01-01T00:00:00Z') +
      card(
        '3.0',
        'UID:urn:uuid:11111111-1111-4111-8111-111111111111\nFN:Ann One-Two\nREV:2021-01-01T00:00:00Z',
      ),
  ),
  'groups.vcf': lines(
    card(
      '4.0',
      'KIND:group\nFN:Chess Club\nMEMBER:urn:uuid:11111111-1111-4111-8111-111111111111\nMEMBER:mailto:bob@example.com',
    ) +
      card(
        '3.0',
        'N:Family\nFN:Family\nX-ADDRESSBOOKSERVER-KIND:group\nX-ADDRESSBOOKSERVER-MEMBER:urn:uuid:22222222-2222-4222-8222-222222222222',
      ),
  ),
  'only-an-email.vcf': lines(
    card('3.0', 'EMAIL:lonely@example.com') +
      card('2.1', 'TEL:+1 555 0240') +
      card('3.0', 'N:;;;;\nFN:\nNICKNAME:Nick\nEMAIL:Nick <nick@example.com>'),
  ),
  'relations.vcf': lines(
    card(
      '4.0',
      'UID:urn:uuid:33333333-3333-4333-8333-333333333333\nFN:Rita Related\nRELATED;TYPE=spouse:urn:uuid:44444444-4444-4444-8444-444444444444\nRELATED;TYPE=friend;VALUE=text:Paul Pal\nRELATED:urn:uuid:\nRELATED;TYPE=child;VALUE=text:',
    ) + card('3.0', 'FN:Spouse Sam\nX-SPOUSE:Rita\nX-MANAGER:The Boss\nX-EVOLUTION-ASSISTANT:Al'),
  ),
  'messengers.vcf': lines(
    card(
      '3.0',
      'FN:Chat Charly\nIMPP;X-SERVICE-TYPE=Skype;type=HOME;type=pref:skype:charly\nIMPP;X-SERVICE-TYPE=Facebook:xmpp:charly\nX-JABBER;HOME:charly@jabber.example\nX-SKYPE-USERNAME:charly2\nX-SOCIALPROFILE;type=twitter;x-user=charly:http://twitter.com/charly\nX-SOCIALPROFILE;type=wechat:x-apple:charly3\nIMPP;TYPE=work:xmpp:c@work.example',
    ),
  ),
  'android.vcf': lines(
    card(
      '2.1',
      'N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=96zil;Ay=C5=9Fe;;;\nFN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Ay=C5=9Fe=20=C3=96zil\nTEL;CELL:0170-1234567\nTEL;X-Ferien:0170-7654321\nX-ANDROID-CUSTOM:vnd.android.cursor.item/nickname;Ay;1;;;;;;;;;;;;;\nX-ANDROID-CUSTOM:vnd.android.cursor.item/contact_event;1990-05-06;3;;;;;;;;;;;;;\nX-ANDROID-CUSTOM:vnd.android.cursor.item/relation;Mehmet;2;;;;;;;;;;;;;',
    ),
  ),
  'outlook.vcf': lines(
    card(
      '2.1',
      'N;LANGUAGE=de:Groß;Gerda;;Frau Dr.;\nFN:Frau Dr. Gerda Groß\nORG:Beispiel GmbH;Einkauf\nTITLE:Leiterin\nNOTE;ENCODING=QUOTED-PRINTABLE:Zeile 1=0D=0A=\n=0D=0A=\nZeile 3\nTEL;WORK;VOICE:+49 (89) 123456\nTEL;CELL;VOICE:+49 (171) 1234567\nTEL;WORK;FAX:+49 (89) 123457\nADR;WORK;PREF;ENCODING=QUOTED-PRINTABLE:;Raum 5;Hauptstr. 1=0D=0ARückgebäude;München;Bayern;80331;Deutschland\nLABEL;WORK;PREF;ENCODING=QUOTED-PRINTABLE:Hauptstr. 1=0D=0A=\n80331 München\nX-MS-OL-DEFAULT-POSTAL-ADDRESS:2\nURL;WORK:http://www.beispiel.example\nX-MS-TEL;VOICE;ASSISTANT:+49 89 99\nBDAY:19700102\nX-MS-SPOUSE;N:Gustav Groß\nEMAIL;PREF;INTERNET:gerda@beispiel.example\nX-MS-IMADDRESS:gerda@chat.example\nREV:20200102T030405Z',
    ),
  ),
  'gender-and-more.vcf': lines(
    card('4.0', 'FN:Gender One\nGENDER:F') +
      card('4.0', 'FN:Gender Two\nGENDER:;it is complicated') +
      card('3.0', 'FN:Gender Three\nX-GENDER:Male') +
      card('3.0', 'FN:Gender Four\nX-WAB-GENDER:1') +
      card(
        '4.0',
        'FN:Gender Five\nGENDER:U\nROLE:Keeper\nX-LATCHKEY-FIELD;X-NAME=Shoe size:42\nX-LATCHKEY-HOW-WE-MET:At the lake\\, in June',
      ),
  ),
  'delivery-label.vcf': lines(
    card('2.1', 'N:Label;Lars\nLABEL;HOME;ENCODING=QUOTED-PRINTABLE:Main St 1=0D=0A12345 Town'),
  ),
}
