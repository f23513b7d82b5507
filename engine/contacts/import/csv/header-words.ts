/*
 * The words that headers are made of, in English, German, Dutch, French and Spanish. A header is understood when every word
 * of it is: "Business Street 2", "Straße geschäftlich 2", "Privat: PLZ", "E-mail 1 - Value", "Phone (mobile)".
 */
import type { SingleField } from './fields.ts'

/** Whole headers with one meaning, without punctuation and in lower case. */
export const WHOLE: Record<SingleField | 'ignored', string> = {
  formattedName:
    'name|full name|display name|contact name|file as|anzeigename|vollständiger name|angezeigter name|naam|volledige naam|nom complet|nombre completo|weergavenaam|名前|氏名|姓名|이름|성명',
  familyName:
    'last|lastname|last name|surname|family name|familyname|nachname|familienname|zuname|achternaam|nom|nom de famille|apellido|apellidos|cognome|姓|성',
  givenName:
    'first|firstname|first name|given name|givenname|forename|vorname|voornaam|prénom|prenom|nombre|nombre de pila|名|名字',
  additionalNames:
    'middle|middle name|additional name|second name|zweiter vorname|weitere vornamen|tweede naam|deuxième prénom|segundo nombre',
  honorificPrefixes:
    'prefix|name prefix|title prefix|honorific|salutation|anrede|namenspräfix|titel vor dem namen|civilité|aanhef|tratamiento',
  honorificSuffixes: 'suffix|name suffix|namenssuffix|suffixe|achtervoegsel|sufijo',
  nicknames: 'nick|nickname|nick name|alias|spitzname|bijnaam|surnom|apodo|screen name',
  gender: 'gender|sex|geschlecht|geslacht|sexe|sexo',
  birthday:
    'birthday|birth date|birthdate|date of birth|dob|geburtstag|geburtsdatum|verjaardag|geboortedatum|anniversaire naissance|date de naissance|cumpleaños|fecha de nacimiento|naissance',
  birthdayDay: 'birth day|birthday day|geburtstag tag',
  birthdayMonth: 'birth month|birthday month|geburtsmonat|geburtstag monat',
  birthdayYear: 'birth year|birthday year|geburtsjahr|geburtstag jahr',
  anniversary: 'anniversary|wedding anniversary|jahrestag|hochzeitstag|trouwdag|aniversario',
  organization:
    'organization|organisation|organization name|company|company name|employer|firma|firmenname|unternehmen|bedrijf|organisatie|société|entreprise|empresa|organización',
  department: 'department|organization department|abteilung|afdeling|service|département|departamento',
  jobTitle:
    'job title|jobtitle|title|organization title|position|stellenbezeichnung|arbeitstitel|berufsbezeichnung|functie|fonction|puesto|cargo|titre',
  role: 'role|organization role|profession|occupation|beruf|rolle|rol|beroep|métier',
  notes:
    'note|notes|comment|comments|remarks|notiz|notizen|bemerkung|bemerkungen|kommentar|anmerkungen|opmerkingen|notities|remarques|notas',
  categories:
    'category|categories|labels|tags|groups|group membership|circles|kategorie|kategorien|gruppe|gruppen|kreise|categorie|categorieën|catégories|categorías|groepen',
  uid: 'uid|contact id',
  revision: 'revision|last modified',
  kind: 'kind',
  photo: 'photo|picture url|photo url',
  howWeMet: 'how we met|how i met',
  foodPreference: 'food|food preference|diet|dietary',
  workInformation: 'work information',
  contactInformation: 'contact information|other contact',
  latchkeyData: 'latchkey data',
  ignored:
    'e mail type|e mail display name|e mail typ|e mail angezeigter name|priority|priorität|sensitivity|vertraulichkeit|private|initials|initialen|privat|read only',
}

export type HeaderWord =
  | {
      is: 'base'
      base: 'email' | 'phone' | 'url' | 'impp' | 'address' | 'organization' | 'relation' | 'event' | 'custom'
    }
  | {
      is: 'part'
      part:
        | 'streetAddress'
        | 'extended'
        | 'poBox'
        | 'locality'
        | 'region'
        | 'postalCode'
        | 'countryName'
        | 'formattedAddress'
    }
  | { is: 'label'; label: string }
  | { is: 'attribute'; attribute: 'label' | 'value' | 'name' | 'title' | 'department' }
  | { is: 'index'; index: number }
  | { is: 'noise' }

const BASES = {
  email:
    'email|e mail|mail|email address|e mail address|e mail adresse|emailadresse|e mailadres|email adresse|mailadresse|courriel|adresse e mail|correo|correo electrónico|e mails|emails',
  phone:
    'phone|telephone|tel|phone number|telephone number|telefon|telefonnummer|rufnummer|telefoon|telefoonnummer|téléphone|teléfono|telefono|phones|tel nr',
  url: 'url|website|web site|web page|webpage|homepage|home page|web|webseite|internetseite|site web|sitio web|página web|personal website|persönliche webseite',
  impp: 'im|instant message|instant messaging|instant messenger|messenger|chat|messenger id|messenger name|im address|aim screen name',
  address: 'address|postal address|mailing address|adresse|anschrift|adres|dirección',
  organization: 'organization|organisation',
  relation: 'relation|related|related name|beziehung|relatie',
  event: 'event|significant date|ereignis|datum',
  custom: 'custom field|custom|benutzerdef|user field|benutzerdefiniertes feld',
} as const

const PARTS = {
  streetAddress: 'street|street address|straße|strasse|str|straat|rue|calle',
  extended: 'extended address|street 2|adresszusatz|address line 2',
  poBox: 'po box|address po box|postfach|postbus|boîte postale|apartado',
  locality: 'city|town|locality|stadt|ort|wohnort|plaats|woonplaats|ville|ciudad',
  region:
    'region|state|province|county|bundesland|kanton|bundesland kanton|bundesland provinz|provincie|provincia|département région|état|estado|state province',
  postalCode:
    'postal code|post code|zip|zip code|zipcode|postcode|plz|postleitzahl|code postal|código postal|zip postal code',
  countryName: 'country|land|country region|land region|staat|pays|país|country code name',
  formattedAddress: 'formatted|formatted address|full address|vollständige adresse',
} as const

const LABELS: Record<string, string> = {
  home: 'home|private|personal|privat|privé|thuis|personnel|domicile|particular|casa|residential',
  work: 'work|business|office|geschäftlich|dienstlich|büro|arbeit|beruflich|werk|zakelijk|professionnel|bureau|travail|trabajo|oficina|firma|company|organization address|school',
  other: 'other|weitere|weiterer|weiteres|weiterem|andere|anderes|overig|overige|autre|otro|otra',
  second: 'alternate|secondary|sekundäre|zweite',
  cell: 'mobile|mobil|cell|cellphone|cell phone|mobiltelefon|handy|handynummer|mobilnummer|mobil tel|mobil tel nr|mobile number|mobile phone|mobiel|mobiele|portable|móvil|gsm|iphone',
  fax: 'fax|telefax|fax number|faxnummer|fax nummer|fax nr',
  pager: 'pager|pager number|pager nummer|pager nr',
  main: 'main|primary|haupt|primäre|hauptnummer|haupttelefon|principal|hoofd',
  car: 'car|auto|autotelefon|car phone',
  assistant: 'assistant|assistent|assistants',
  callback: 'callback|rückmeldung|rückruf',
  isdn: 'isdn',
  radio: 'radio|funk|funktelefon',
  telex: 'telex',
  tty: 'tty tdd|telefon für hörbehinderte|tty',
}

const ATTRIBUTES = {
  label: 'label|type|typ|bezeichnung|service|dienst|art',
  value: 'value|wert|uri',
  name: 'name',
  title: 'title|titel',
  department: 'department|abteilung',
} as const

const NOISE = 'number|nummer|nr|no|id|in|of|for|the|der|die|das'

/** People that a column names, by who they are. */
export const RELATIVES: Record<string, string> = {
  spouse: 'spouse|partner|ehepartner|spouse name|conjoint|cónyuge|echtgenoot',
  child: 'children|child|kinder|kind name|enfants|hijos|kinderen',
  manager: 'manager|manager name|managers name|manager s name|name des der vorgesetzten|vorgesetzter',
  assistant: 'assistant name|assistant s name|name assistent|assistent name',
  'referred by': 'referred by|empfohlen von',
}

function entries<K extends string, V>(table: Record<K, string>, make: (key: K) => V): [string, V][] {
  return (Object.entries(table) as [K, string][]).flatMap(([key, words]) =>
    words.split('|').map((word): [string, V] => [word, make(key)]),
  )
}

export const WHOLE_HEADERS = new Map(entries(WHOLE, (field) => field))
export const RELATIVE_HEADERS = new Map(entries(RELATIVES, (type) => type))

/** The longest phrase at a place is meant. */
export const HEADER_WORDS = new Map<string, HeaderWord>([
  ...entries({ noise: NOISE }, (): HeaderWord => ({ is: 'noise' })),
  ...entries(LABELS, (label): HeaderWord => ({ is: 'label', label })),
  ...entries(ATTRIBUTES, (attribute): HeaderWord => ({ is: 'attribute', attribute })),
  ...entries(PARTS, (part): HeaderWord => ({ is: 'part', part })),
  ...entries(BASES, (base): HeaderWord => ({ is: 'base', base })),
])
export const PHRASE_WORDS_MAX = 4
