/** The tables of the corpus: exports of programs, and what people make of them in spreadsheets. */
import { encode } from './encode.ts'

function table(rows: string[], lineEnd = '\r\n'): string {
  return rows.map((row) => row + lineEnd).join('')
}

function cells(values: string[], separator = ','): string {
  return values
    .map((value) =>
      /["\r\n]/.test(value) || value.includes(separator) ? `"${value.replaceAll('"', '""')}"` : value,
    )
    .join(separator)
}

/** A row of a table with many columns, of which few are filled. */
function filled(headers: string[], values: Record<string, string>, separator = ','): string {
  for (const name of Object.keys(values)) if (!headers.includes(name)) throw new Error(`no column ${name}`)
  return cells(
    headers.map((header) => values[header] ?? ''),
    separator,
  )
}

const GOOGLE_NEW =
  'First Name,Middle Name,Last Name,Phonetic First Name,Phonetic Middle Name,Phonetic Last Name,Name Prefix,Name Suffix,Nickname,File As,Organization Name,Organization Title,Organization Department,Birthday,Notes,Photo,Labels,E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Label,E-mail 2 - Value,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value,Address 1 - Label,Address 1 - Formatted,Address 1 - Street,Address 1 - City,Address 1 - PO Box,Address 1 - Region,Address 1 - Postal Code,Address 1 - Country,Address 1 - Extended Address,Relation 1 - Label,Relation 1 - Value,Website 1 - Label,Website 1 - Value,Event 1 - Label,Event 1 - Value,Custom Field 1 - Label,Custom Field 1 - Value'.split(
    ',',
  )

const GOOGLE_OLD =
  'Name,Given Name,Additional Name,Family Name,Yomi Name,Given Name Yomi,Additional Name Yomi,Family Name Yomi,Name Prefix,Name Suffix,Initials,Nickname,Short Name,Maiden Name,Birthday,Gender,Location,Billing Information,Directory Server,Mileage,Occupation,Hobby,Sensitivity,Priority,Subject,Notes,Language,Photo,Group Membership,E-mail 1 - Type,E-mail 1 - Value,E-mail 2 - Type,E-mail 2 - Value,IM 1 - Type,IM 1 - Service,IM 1 - Value,Phone 1 - Type,Phone 1 - Value,Phone 2 - Type,Phone 2 - Value,Address 1 - Type,Address 1 - Formatted,Address 1 - Street,Address 1 - City,Address 1 - PO Box,Address 1 - Region,Address 1 - Postal Code,Address 1 - Country,Address 1 - Extended Address,Organization 1 - Type,Organization 1 - Name,Organization 1 - Yomi Name,Organization 1 - Title,Organization 1 - Department,Organization 1 - Symbol,Organization 1 - Location,Organization 1 - Job Description,Relation 1 - Type,Relation 1 - Value,Website 1 - Type,Website 1 - Value,Event 1 - Type,Event 1 - Value,Custom Field 1 - Type,Custom Field 1 - Value'.split(
    ',',
  )

const OUTLOOK =
  "Title,First Name,Middle Name,Last Name,Suffix,Company,Department,Job Title,Business Street,Business Street 2,Business Street 3,Business City,Business State,Business Postal Code,Business Country/Region,Home Street,Home Street 2,Home Street 3,Home City,Home State,Home Postal Code,Home Country/Region,Other Street,Other City,Assistant's Phone,Business Fax,Business Phone,Business Phone 2,Callback,Car Phone,Company Main Phone,Home Fax,Home Phone,Home Phone 2,ISDN,Mobile Phone,Other Fax,Other Phone,Pager,Primary Phone,Radio Phone,TTY/TDD Phone,Telex,Account,Anniversary,Assistant's Name,Billing Information,Birthday,Business Address PO Box,Categories,Children,Directory Server,E-mail Address,E-mail Type,E-mail Display Name,E-mail 2 Address,E-mail 2 Type,E-mail 2 Display Name,Gender,Government ID Number,Hobby,Home Address PO Box,Initials,Internet Free Busy,Keywords,Language,Location,Manager's Name,Mileage,Notes,Office Location,Organizational ID Number,Other Address PO Box,Priority,Private,Profession,Referred By,Sensitivity,Spouse,User 1,User 2,Web Page".split(
    ',',
  )

const OUTLOOK_GERMAN =
  'Anrede;Vorname;Weitere Vornamen;Nachname;Suffix;Firma;Abteilung;Position;Straße geschäftlich;Straße geschäftlich 2;Ort geschäftlich;Region geschäftlich;Postleitzahl geschäftlich;Land/Region geschäftlich;Straße privat;Straße privat 2;Ort privat;Bundesland/Kanton privat;Postleitzahl privat;Land/Region privat;Telefon Assistent;Fax geschäftlich;Telefon geschäftlich;Telefon geschäftlich 2;Rückmeldung;Autotelefon;Fax privat;Telefon privat;Mobiltelefon;Weiteres Telefon;Pager;Haupttelefon;Beruf;E-Mail-Adresse;E-Mail-Typ;E-Mail: Angezeigter Name;E-Mail 2: Adresse;E-Mail 2: Typ;Geburtstag;Geschlecht;Jahrestag;Kategorien;Kinder;Notizen;Partner;Priorität;Privat;Vertraulichkeit;Webseite'.split(
    ';',
  )

const THUNDERBIRD =
  'First Name,Last Name,Display Name,Nickname,Primary Email,Secondary Email,Screen Name,Work Phone,Home Phone,Fax Number,Pager Number,Mobile Number,Home Address,Home Address 2,Home City,Home State,Home ZipCode,Home Country,Work Address,Work Address 2,Work City,Work State,Work ZipCode,Work Country,Job Title,Department,Organization,Web Page 1,Web Page 2,Birth Year,Birth Month,Birth Day,Custom 1,Custom 2,Custom 3,Custom 4,Notes'.split(
    ',',
  )

const THUNDERBIRD_GERMAN =
  'Vorname,Nachname,Anzeigename,Spitzname,Primäre E-Mail-Adresse,Sekundäre E-Mail-Adresse,Messenger-Name,Tel. dienstlich,Tel. privat,Fax-Nummer,Pager-Nummer,Mobil-Tel.-Nr.,Privat: Adresse,Privat: Adresse 2,Privat: Ort,Privat: Bundesland,Privat: PLZ,Privat: Land,Dienstlich: Adresse,Dienstlich: Adresse 2,Dienstlich: Ort,Dienstlich: Bundesland,Dienstlich: PLZ,Dienstlich: Land,Arbeitstitel,Abteilung,Organisation,Webseite 1,Webseite 2,Geburtsjahr,Geburtsmonat,Geburtstag,Benutzerdef. 1,Notizen'.split(
    ',',
  )

const YAHOO =
  'First,Middle,Last,Nickname,Email,Category,Distribution Lists,Messenger ID,Home,Work,Pager,Fax,Mobile,Other,Yahoo! Phone,Primary,Alternate Email 1,Alternate Email 2,Personal Website,Business Website,Title,Company,Work Address,Work City,Work County,Work Post Code,Work Country,Home Address,Home City,Home Post Code,Birthday,Anniversary,Comments'.split(
    ',',
  )

export const CSV_FILES: Record<string, string | Buffer> = {
  'google.csv': table([
    cells(GOOGLE_NEW),
    filled(GOOGLE_NEW, {
      'First Name': 'Ada',
      'Last Name': 'Lovelace',
      'Name Prefix': 'Lady',
      'Organization Name': 'Analytical Engines',
      'Organization Title': 'Programmer',
      Birthday: '1815-12-10',
      Notes: 'First line\nsecond line',
      Labels: '* myContacts ::: Friends',
      'E-mail 1 - Label': '* Home',
      'E-mail 1 - Value': 'ada@example.org',
      'E-mail 2 - Label': 'Work',
      'E-mail 2 - Value': 'ada@engines.example',
      'Phone 1 - Label': 'Mobile',
      'Phone 1 - Value': '+44 20 7946 0001 ::: +44 20 7946 0009',
      'Address 1 - Label': 'Home',
      'Address 1 - Formatted': '12 St James Square\nLondon\nSW1Y 4JH\nUK',
      'Address 1 - Street': '12 St James Square',
      'Address 1 - City': 'London',
      'Address 1 - Postal Code': 'SW1Y 4JH',
      'Address 1 - Country': 'UK',
      'Relation 1 - Label': 'Father',
      'Relation 1 - Value': 'Lord Byron',
      'Website 1 - Label': 'Blog',
      'Website 1 - Value': 'https://ada.example',
      'Event 1 - Label': 'Anniversary',
      'Event 1 - Value': '1835-07-08',
      'Custom Field 1 - Label': 'Shoe size',
      'Custom Field 1 - Value': '37',
      'Phonetic Last Name': 'Lavleis',
    }),
    filled(GOOGLE_NEW, {
      'Organization Name': 'Only A Company',
      'Phone 1 - Label': 'Work',
      'Phone 1 - Value': '+1 555 0300',
      Birthday: ' --04-15',
    }),
  ]),
  'google-old.csv': encode(
    `\ufeff${table([
      cells(GOOGLE_OLD),
      filled(GOOGLE_OLD, {
        Name: 'Charles Babbage',
        'Given Name': 'Charles',
        'Family Name': 'Babbage',
        Birthday: '--12-26',
        Gender: 'male',
        'Group Membership': '* My Contacts ::: Maths, old',
        'E-mail 1 - Type': '* Work',
        'E-mail 1 - Value': 'charles@example.org ::: cb@example.org',
        'IM 1 - Type': 'Other',
        'IM 1 - Service': 'Skype',
        'IM 1 - Value': 'cbabbage',
        'Phone 1 - Type': 'Home Fax',
        'Phone 1 - Value': '+44 20 7946 0002',
        'Address 1 - Type': 'Home',
        'Address 1 - Formatted': '1 Dorset St\nLondon',
        'Organization 1 - Name': 'Royal Society',
        'Organization 1 - Title': 'Fellow',
        'Website 1 - Type': 'Profile',
        'Website 1 - Value': 'https://cb.example',
        Hobby: 'Engines',
      }),
    ])}`,
    'utf-16le',
  ),
  'outlook.csv': table([
    cells(OUTLOOK),
    filled(OUTLOOK, {
      Title: 'Mr.',
      'First Name': 'John',
      'Last Name': 'Smith',
      Company: 'Acme, Inc.',
      'Job Title': 'Buyer',
      'Business Street': '1 Main St',
      'Business Street 2': 'Floor 3',
      'Business City': 'Springfield',
      'Business State': 'IL',
      'Business Postal Code': '62701',
      'Business Country/Region': 'United States of America',
      'Home City': 'Shelbyville',
      'Business Phone': '(555) 555-0310',
      'Business Phone 2': '(555) 555-0311',
      'Business Fax': '(555) 555-0312',
      'Mobile Phone': '(555) 555-0313',
      'Company Main Phone': '(555) 555-0314',
      "Assistant's Name": 'Al',
      Anniversary: '0/0/00',
      Birthday: '3/15/1970',
      Categories: 'Business;Key Customer',
      'E-mail Address': 'john@acme.example',
      'E-mail Type': 'SMTP',
      'E-mail Display Name': 'John Smith (john@acme.example)',
      'E-mail 2 Address': 'js@example.org',
      Gender: 'Unspecified',
      Priority: 'Normal',
      Private: 'False',
      Sensitivity: 'Normal',
      Spouse: 'Jane',
      Children: 'Tim; Tom',
      Notes: 'He said "hi",\r\nthen left.',
      'User 1': 'Kept aside',
      'Web Page': 'http://acme.example',
    }),
    filled(OUTLOOK, { 'First Name': 'Only', Birthday: '4/5/1980', Anniversary: '0/0/00' }),
  ]),
  'outlook-german.csv': encode(
    table([
      cells(OUTLOOK_GERMAN, ';'),
      filled(
        OUTLOOK_GERMAN,
        {
          Anrede: 'Frau',
          Vorname: 'Jürgen-Ute',
          Nachname: 'Müller',
          Firma: 'Größe & Söhne',
          Position: 'Geschäftsführerin',
          'Straße geschäftlich': 'Königstraße 1',
          'Straße geschäftlich 2': 'Hinterhaus',
          'Ort geschäftlich': 'Köln',
          'Postleitzahl geschäftlich': '50667',
          'Land/Region geschäftlich': 'Deutschland',
          'Straße privat': 'Weg 2',
          'Ort privat': 'Bonn',
          'Telefon geschäftlich': '+49 221 1234',
          'Telefon privat': '+49 228 1234',
          'Fax geschäftlich': '+49 221 1235',
          Mobiltelefon: '+49 171 1234567',
          'E-Mail-Adresse': 'ute@größe.example',
          'E-Mail-Typ': 'SMTP',
          'E-Mail: Angezeigter Name': 'Ute',
          'E-Mail 2: Adresse': 'ute@example.de',
          Geburtstag: '15.4.1970',
          Geschlecht: 'Weiblich',
          Kategorien: 'Kunde;Köln',
          Kinder: 'Jörg',
          Notizen: 'Schöne Grüße',
          Partner: 'Max',
          Priorität: 'Normal',
          Privat: 'Aus',
          Webseite: 'http://größe.example',
        },
        ';',
      ),
    ]),
    'windows-1252',
  ),
  'thunderbird.csv': table([
    cells(THUNDERBIRD),
    filled(THUNDERBIRD, {
      'First Name': 'Grace',
      'Last Name': 'Hopper',
      'Display Name': 'Grace Hopper',
      'Primary Email': 'grace@example.org',
      'Secondary Email': 'gh@navy.example',
      'Screen Name': 'gracie',
      'Work Phone': '+1 555 0320',
      'Fax Number': '+1 555 0321',
      'Mobile Number': '+1 555 0322',
      'Home Address': '5 Elm St',
      'Home Address 2': 'Apt 4',
      'Home City': 'Arlington',
      'Home ZipCode': '22201',
      'Web Page 1': 'https://grace.example',
      'Birth Year': '1906',
      'Birth Month': '12',
      'Birth Day': '9',
      'Custom 1': 'Custom text',
      Organization: 'Navy',
    }),
    filled(THUNDERBIRD, {
      'Display Name': 'No Year',
      'Birth Month': '2',
      'Birth Day': '29',
      'Primary Email': 'ny@example.org',
    }),
  ]),
  'thunderbird-german.csv': table([
    cells(THUNDERBIRD_GERMAN),
    filled(THUNDERBIRD_GERMAN, {
      Vorname: 'Käthe',
      Nachname: 'Groß',
      Anzeigename: 'Käthe Groß',
      'Primäre E-Mail-Adresse': 'kaethe@example.de',
      'Sekundäre E-Mail-Adresse': 'kg@example.de',
      'Tel. dienstlich': '030 1234',
      'Tel. privat': '030 5678',
      'Fax-Nummer': '030 9',
      'Mobil-Tel.-Nr.': '0171 1234567',
      'Privat: Adresse': 'Allee 3',
      'Privat: Ort': 'Ulm',
      'Privat: PLZ': '89073',
      'Privat: Land': 'Deutschland',
      'Dienstlich: Ort': 'Neu-Ulm',
      Arbeitstitel: 'Ärztin',
      Organisation: 'Praxis',
      'Webseite 1': 'https://kaethe.example',
      Geburtsjahr: '1980',
      Geburtsmonat: '4',
      Geburtstag: '15',
      Notizen: 'Notiz',
    }),
  ]),
  'linkedin.csv': table(
    [
      'Notes:',
      '"When exporting your connection data, you may notice that some of the email addresses are missing."',
      '',
      'First Name,Last Name,URL,Email Address,Company,Position,Connected On',
      'Linda,Lynx,https://www.linkedin.example/in/linda,,"Lynx, Ltd.",CEO,05 Jan 2021',
      'Leo,Lark,https://www.linkedin.example/in/leo,leo@example.org,Lark GmbH,Engineer,13 Feb 2022',
    ],
    '\n',
  ),
  'yahoo.csv': table([
    cells(YAHOO),
    filled(YAHOO, {
      First: 'Yolanda',
      Last: 'Young',
      Email: 'yolanda@example.org',
      Category: 'Friends',
      'Messenger ID': 'yoyo',
      Home: '+1 555 0330',
      Work: '+1 555 0331',
      Mobile: '+1 555 0332',
      Fax: '+1 555 0333',
      'Alternate Email 1': 'yy@example.com',
      'Personal Website': 'https://yolanda.example',
      Title: 'Painter',
      Company: 'Self',
      'Home Address': '9 Oak Ave',
      'Home City': 'Portland',
      'Home Post Code': '97201',
      Birthday: '12/31/1990',
      Comments: 'Met at school',
    }),
  ]),
  'apple.csv': table([
    'First Name,Last Name,Organization,Phone (mobile),Phone (home),Email (home),Email (work),Street (home),City (home),ZIP (home),Country (home),Birthday,Note',
    'Anton,Apple,Apple Growers,+1 555 0340,+1 555 0341,anton@example.org,anton@growers.example,1 Tree Rd,Cupertino,95014,USA,1604-04-15,Likes pears',
  ]),
  'apple-german.csv': table([
    'Vorname;Nachname;Firma;Telefon (Mobil);Telefon (Privat);E-Mail (Privat);Straße (Privat);Ort (Privat);PLZ (Privat);Land (Privat);Geburtstag;Notiz',
    'Anton;Apfel;Obsthof;+49 171 2345678;+49 30 1;anton@example.de;Baumweg 1;Werder;14542;Deutschland;15.04.1975;mag Birnen',
  ]),
  'german-words.csv': `\ufeff${table([
    'Vorname;Nachname;Spitzname;Geschlecht;E-Mail;Telefon;Handy;Straße;PLZ;Ort;Bundesland;Land;Firma;Abteilung;Beruf;Geburtsdatum;Jahrestag;Homepage;Kreise;Notizen',
    'Zoë;Weiß;Zo;w;zoe@example.de;030 1;0171 2;Am See 1;24103;Kiel;SH;Deutschland;Werft;Bau;Schweißerin;1.2.1980;03.04.;www.zoe.example;Segeln, Chor;Mag Tee',
  ])}`,
  'french-dutch-spanish-words.csv': table([
    'Prénom,Nom,Courriel,Téléphone,Ville,Code postal,Pays,Date de naissance,Remarques',
    'Renée,Lefèvre,renee@example.fr,+33 1 23,Lyon,69001,France,31/12/1970,Aime le thé',
  ]),
  'dutch-words.csv': table([
    'Voornaam;Achternaam;E-mailadres;Telefoonnummer;Mobiel;Straat;Postcode;Woonplaats;Geboortedatum',
    'Jan;de Vries;jan@example.nl;020 1234567;06 12345678;Gracht 1;1012 AB;Amsterdam;5-4-1980',
    'Piet;Bakker;piet@example.nl;;;;;;25-4-1981',
  ]),
  'spanish-words.csv': table([
    'Nombre;Apellidos;Correo electrónico;Teléfono;Móvil;Calle;Ciudad;País;Fecha de nacimiento',
    'José;Núñez;jose@example.es;+34 91 1;+34 600 1;Calle Mayor 1;Madrid;España;5 de mayo de 1980',
  ]),
  'no-header.csv': table([
    'Ann,One,ann@example.org,+1 555 0350,1980-01-02',
    'Ben,Two,ben@example.org,+1 555 0351,1981-02-03',
    'Cleo,Three,,+1 555 0352,',
  ]),
  'no-header-full-names.csv': table(['Ann One;ann@example.org', 'Ben Two;ben@example.org']),
  'preamble.csv': table([
    'My contacts;;',
    'Exported;01.02.2020;',
    ';;',
    'Vorname;Nachname;E-Mail',
    'Paul;Pre;paul@example.org',
  ]),
  'semicolons.csv': table([
    'Name;Email;Address',
    'Semi Colon;semi@example.org;"1, Main St, Town; rear"',
    'Second, Person;two@example.org;',
  ]),
  'tabs.csv': table([
    'First Name\tLast Name\tE-mail',
    'Tab\tTabson\ttab@example.org',
    '"Quo\tted"\tTabson\tq@example.org',
  ]),
  'tabs-of-a-spreadsheet-utf-16.csv': encode(
    `\ufeff${table(['Vorname\tNachname\tTelefon', 'Jürgen\tMüller\t+49 30 1'])}`,
    'utf-16le',
  ),
  'separator-named.csv': table(['sep=;', 'Name;Phone', 'Sepp Hint;+43 1 2345']),
  'line-breaks-in-quotes.csv': table([
    'Name,Notes,Email',
    '"Broken\r\nName","Line 1\r\nLine 2\n\n""Line"" 4",broken@example.org',
    'Next One,,next@example.org',
  ]),
  'line-ends-cr.csv': table(['Name,Email', 'Mac One,one@example.org', 'Mac Two,two@example.org'], '\r'),
  'line-ends-cr-cr-lf.csv': table(
    ['Name,Email', 'Odd One,one@example.org', 'Odd Two,two@example.org'],
    '\r\r\n',
  ),
  'rows-longer-and-shorter.csv': table([
    'Name,Email,Phone',
    'Long One,long@example.org,+1 555 0360,extra,,more',
    'Short One',
    'Normal,normal@example.org,+1 555 0361',
  ]),
  'separator-at-the-end.csv': table(['Name,Email,', 'End One,end@example.org,', 'End Two,end2@example.org,']),
  'header-empty-cell.csv': table(['Name,,Email', 'Empty Head,something,eh@example.org']),
  'mark-in-the-first-header.csv': `\ufeff${table(['"First Name",Last Name', 'Bom,Bomson'])}`,
  'formulas.csv': table([
    'Name,Phone,Notes,Website',
    '"=HYPERLINK(""http://evil.example"",""Click"")",+49 30 1234567,@SUM(A1),http://ok.example',
    "'=not a formula,'+49 30 7654321,'-1,",
  ]),
  'quote-never-closed.csv': table(['Name,Notes', 'Open Olga,"never closed', 'Next Nils,all well']),
  'quotes-within-quotes.csv': table([
    'Name,Notes',
    '"Bob "the man" Builder","said "yes" and went"',
    'Size 12" Sam,fine',
  ]),
  'blank-rows.csv': table(['', 'Name,Email', '', ',', '  ', 'After Blank,ab@example.org', ',,,']),
  'one-column.csv': table(['Name', 'Solo One', 'Solo Two']),
  'one-column-of-emails.csv': table(['a@example.org', 'b@example.org'], '\n'),
  'five-thousand-columns.csv': table([
    ['Name', 'Email', ...Array.from({ length: 4_998 }, (_, index) => `Thing ${index + 1}`)].join(','),
    [
      'Wide Wilma',
      'wide@example.org',
      ...Array.from({ length: 4_998 }, (_, index) => (index === 4_000 ? 'far out' : '')),
    ].join(','),
  ]),
  'nul-bytes.csv': 'Name,Email\r\nNul\0l Anna,anna@example.org\0\r\nNext,next@example.org\r\n',
  'windows-1252.csv': encode(table(['Name,City', 'Jürgen Groß,Köln', 'Renée,Orléans']), 'windows-1252'),
  'shift-jis.csv': encode(
    table([
      '名前,Email,Phone',
      '山田太郎,taro@example.jp,090-1234-5678',
      'すずき さくら,sakura@example.jp,090-8765-4321',
    ]),
    'shift_jis',
  ),
  'one-row-in-another-encoding.csv': Buffer.concat([
    Buffer.from(table(['Name,City', 'Jürgen Groß,Köln', 'Zoë Weiß,Görlitz'])),
    encode(table(['Björn Jäger,Malmö']), 'windows-1252'),
    Buffer.from(table(['Søren,Århus'])),
  ]),
  'bytes-invalid-in-one-cell.csv': Buffer.concat([
    Buffer.from(table(['Name,City', 'Jürgen Groß,Köln'])),
    Buffer.from('Grö'),
    Buffer.from([0xff, 0xc3]),
    Buffer.from('ße,Ulm\r\n'),
  ]),
  'dates-day-first.csv': table(['Name,Birthday', 'A,3/4/1970', 'B,25/12/1970', 'C,1/1/1970', 'D,5/6/70']),
  'dates-month-first.csv': table([
    'Name,Birthday',
    'A,3/4/1970',
    'B,12/25/1970',
    'C,Tue\\, 22 Dec 2009',
    'D,"Tue, 22 Dec 2009"',
  ]),
  'dates-ambiguous.csv': table(['First Name,Birthday', 'A,3/4/1970', 'B,5/6/1980']),
  'dates-in-both-orders.csv': table([
    'Name,Birthday',
    'A,25/12/1970',
    'B,12/25/1970',
    'C,15.4.1970',
    'D,1970-04-15 00:00:00',
    'E,never',
  ]),
  'several-values-in-a-cell.csv': table([
    'Name,Email,Phone,Groups',
    'Many Mona,"a@example.org; b@example.org","+1 555 0370; +1 555 0371","Red, Green;Blue"',
  ]),
  'unknown-headers.csv': table(['Foo,Bar,Baz', 'x,unknown@example.org,z', 'y,known@example.org,w']),
  'nothing-but-a-header.csv': table(['Name,Email']),
  'empty.csv': '',
}
