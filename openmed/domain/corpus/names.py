"""Word lists: people, places and work. Ours, written for this corpus; data only.

Names come from many origins on purpose, with hyphens, apostrophes, particles and accents (NFC).
A list is drawn from by position: append to it, do not reorder, or every document changes.
"""

from typing import Final

WOMEN: Final = (
    "Abigail", "Adaeze", "Agnieszka", "Aisha", "Alejandra", "Amara", "Amrita", "Anneliese",
    "Anya", "Beatriz", "Bridget", "Camille", "Caroline", "Chiara", "Consuelo", "Daniela",
    "Deborah", "Delphine", "Dolores", "Eileen", "Elif", "Esperanza", "Esther", "Fatima",
    "Farah", "Francesca", "Geraldine", "Gloria", "Gudrun", "Hannah", "Harriet", "Hye-jin",
    "Ingrid", "Ioana", "Isolde", "Jacqueline", "Joanna", "Josephine", "Kateryna", "Keiko",
    "Lakshmi", "Latoya", "Leilani", "Linh", "Lucinda", "Mahsa", "Margaret", "Marisol",
    "Meera", "Mei", "Nadia", "Ngozi", "Noor", "Odette", "Patricia", "Philippa",
    "Rachel", "Renée", "Roxana", "Sabine", "Saoirse", "Shanice", "Siobhan", "Sofía",
    "Tamika", "Thandiwe", "Ursula", "Valentina", "Veronica", "Winifred", "Xiomara", "Yasmin",
    "Yuki", "Zofia",
)  # fmt: skip

MEN: Final = (
    "Abdullah", "Adewale", "Alasdair", "Anders", "Andre", "Anton", "Arjun", "Arturo",
    "Benedict", "Björn", "Bogdan", "Calvin", "Carlos", "Cedric", "Chidi", "Clarence",
    "Curtis", "Dae-hyun", "Darnell", "Dmitri", "Dominic", "Duncan", "Edgar", "Eduardo",
    "Emeka", "Enrique", "Ethan", "Fabrizio", "Felix", "Francisco", "Gareth", "Giorgos",
    "Gustavo", "Hamza", "Hector", "Hiroshi", "Hugh", "Ibrahim", "Ignacio", "Ivan",
    "Jamal", "Javier", "Jerome", "José", "Julian", "Kareem", "Kenji", "Kwame",
    "Lamar", "Leonard", "Lorenzo", "Malik", "Marcus", "Mateusz", "Mehmet", "Nathaniel",
    "Nikolai", "Omar", "Oscar", "Pavel", "Quentin", "Rajesh", "Ramón", "Reginald",
    "Rohan", "Rupert", "Samuel", "Sanjay", "Stefan", "Tariq", "Terrence", "Tomás",
    "Tuan", "Vikram", "Wendell", "Xavier", "Yusuf", "Zoltan",
)  # fmt: skip

SURNAMES: Final = (
    "Abbott", "Abernathy", "Achebe", "Adeyemi", "Aguilar", "Akhtar", "Albright", "Alvarado",
    "Andersson", "Antonelli", "Appiah", "Arslan", "Atkins", "Ayala", "Bakshi", "Banerjee",
    "Barrera", "Becker", "Beaumont", "Bello", "Bergström", "Bhatt", "Bianchi", "Blackwood",
    "Bouchard", "Brennan", "Bui", "Caldwell", "Callahan", "Cárdenas", "Carmichael", "Castellanos",
    "Chakraborty", "Chatterjee", "Cho", "Chukwu", "Cisneros", "Colón", "Cortez", "Crenshaw",
    "Dalgaard", "Dang", "Delacroix", "Demir", "Desrosiers", "Diallo", "Dimitriou", "Donovan",
    "Dubois", "Dunleavy", "Dvořák", "Eriksen", "Escobar", "Espinoza", "Fairbanks", "Farooqi",
    "Ferreira", "Figueroa", "Fitzgerald", "Forsythe", "Fujimoto", "Gallagher", "Galloway", "Garza",
    "Ghosh", "Gonçalves", "Grabowski", "Guerrero", "Gupta", "Haddad", "Halvorsen", "Hashimoto",
    "Hawthorne", "Hendricks", "Herrera", "Hinojosa", "Hoang", "Horvath", "Huang", "Hussain",
    "Ibarra", "Ishikawa", "Iwu", "Jankowski", "Jaramillo", "Jefferson", "Jørgensen", "Juárez",
    "Kaczmarek", "Kamau", "Kapoor", "Karimi", "Kaur", "Kavanagh", "Kessler", "Khalil",
    "Kimura", "Kowalczyk", "Krishnan", "Kuznetsov", "Lachance", "Laurent", "Leblanc", "Lindqvist",
    "Lopez", "Lozano", "Macdonald", "Magalhães", "Maldonado", "Mancini", "Marchetti", "Mbeki",
    "McAllister", "McNamara", "Mehta", "Mendoza", "Mensah", "Moreau", "Mukherjee", "Müller",
    "Nakamura", "Navarro", "Nguyen", "Nkosi", "Novak", "Núñez", "Nwosu", "Oduya",
    "Okafor", "Olivares", "Osei", "Ostrowski", "Pacheco", "Papadakis", "Park", "Patel",
    "Pereira", "Petrov", "Pham", "Pruitt", "Quintero", "Rahman", "Ramaswamy", "Rasmussen",
    "Renaud", "Rinaldi", "Rosenthal", "Saavedra", "Saito", "Sandoval", "Schreiber", "Sepúlveda",
    "Shapiro", "Sharma", "Sokolov", "Solís", "Stojanović", "Sutherland", "Suzuki", "Szabó",
    "Tanaka", "Tesfaye", "Thibodeaux", "Toledo", "Tran", "Truong", "Urquhart", "Valdez",
    "Vasquez", "Villanueva", "Wadsworth", "Washington", "Weatherby", "Whitaker", "Wojcik", "Wu",
    "Yamamoto", "Yilmaz", "Zamora", "Zhang", "Zielinski", "Al-Masri", "Baptiste-Noel",
    "Cruz-Delgado", "D'Angelo", "De la Rosa", "Del Valle", "El-Sayed", "Garcia-Rojas", "O'Connell",
    "O'Rourke", "Owusu-Ansah", "Smith-Tran", "St. Clair", "Van der Berg", "Vander Meer",
)  # fmt: skip

COMPOUND_SURNAMES: Final = (
    "Al-Masri", "Baptiste-Noel", "Bint-Yahya", "Cruz-Delgado", "D'Agostino", "D'Angelo",
    "De la Rosa", "Del Valle", "El-Sayed", "Fitz-Hugh", "Garcia-Rojas", "M'Baye", "N'Diaye",
    "O'Brien-Castellano", "O'Connell", "O'Rourke", "Owusu-Ansah", "Smith-Tran", "St. Clair",
    "Ter-Petrosyan", "Van der Berg", "Vander Meer", "Ó Súilleabháin", "O\u2019Malley",
)  # fmt: skip
"""Surnames of more than one part, for the adversarial families."""

EPONYM_SURNAMES: Final = (
    "Addison", "Alport", "Babinski", "Barrett", "Bell", "Crohn", "Cushing", "Foley", "Graves",
    "Hodgkin", "Kaposi", "Marfan", "Murphy", "Paget", "Parkinson", "Raynaud", "Tourette", "Wilson",
)  # fmt: skip
"""Surnames that also name a disease, a sign or a tool."""

WORD_SURNAMES: Final = (
    "April", "August", "Bloodworth", "Brown", "Chestnut", "Child", "Cough", "Day", "Drinkwater",
    "Green", "Hand", "Hart", "Head", "Legg", "March", "May", "Payne", "Rose", "Short", "Small",
    "Story", "Walker", "White", "Young",
)  # fmt: skip
"""Surnames that are also a month, a colour or a word of the ward."""

STREETS: Final = (
    "Alder", "Bayberry", "Birchwood", "Calle Sol", "Canal", "Chapel Hill", "Chestnut", "Clearwater",
    "Cottonwood", "Dogwood", "Eastlake", "Elderberry", "Fairmount", "Foxglove", "Granite",
    "Hawthorn", "Heron Point", "Hillcrest", "Jefferson", "Juniper", "King George", "Larkspur",
    "Linden", "Magnolia", "Martin Luther King", "Mill Creek", "Mulberry", "Old Quarry", "Orchard",
    "Pecan", "Peach Tree", "Quail Run", "Ridgeline", "Rosewood", "Sagebrush", "Saint Brendan",
    "Silver Maple", "Sycamore", "Tamarack", "Thornbury", "Union", "Vine", "Wagon Wheel",
    "West 14th", "North 3rd", "Willowbrook", "Yarrow", "Zinnia",
)  # fmt: skip

STREET_KINDS: Final = (
    "Street", "St", "St.", "Avenue", "Ave", "Ave.", "Road", "Rd", "Lane", "Ln", "Drive", "Dr",
    "Court", "Ct", "Boulevard", "Blvd", "Way", "Place", "Terrace", "Parkway",
)  # fmt: skip

UNITS: Final = ("Apt {}", "Apt. {}B", "Unit {}", "#{}", "Suite {}", "Lot {}")

CITIES: Final = (
    "Albuquerque", "Amberley", "Ashford Falls", "Baton Rouge", "Bellwether", "Boise",
    "Briar Hollow",
    "Cedar Rapids", "Chattanooga", "Coldwater Bay", "Corpus Christi", "Dayton", "Duluth",
    "East Marlow", "El Paso", "Eugene", "Fargo", "Fort Wayne", "Glen Arbor", "Green Bay",
    "Harlan Springs", "Hartford", "Ironvale", "Knoxville", "La Crosse", "Lake Verity", "Las Cruces",
    "Lubbock", "Mesa Verde", "Missoula", "Mobile", "New Ellery", "North Tarrow", "Norwich",
    "Omaha", "Peoria", "Pine Barrow", "Port Salis", "Providence", "Queensbridge", "Reno",
    "Saint Alma", "San Rafael", "Scranton", "Spokane", "Stillwater", "Tallahassee", "Topeka",
    "Tucson", "Upper Wexley", "Valparaiso", "West Haverly", "Wichita", "Winston-Salem",
)  # fmt: skip

STATES: Final = (
    ("AL", "Alabama"), ("AZ", "Arizona"), ("CO", "Colorado"), ("CT", "Connecticut"),
    ("FL", "Florida"), ("GA", "Georgia"), ("IA", "Iowa"), ("ID", "Idaho"), ("IL", "Illinois"),
    ("KS", "Kansas"), ("KY", "Kentucky"), ("LA", "Louisiana"), ("MI", "Michigan"),
    ("MN", "Minnesota"), ("MO", "Missouri"), ("MT", "Montana"), ("NC", "North Carolina"),
    ("NE", "Nebraska"), ("NM", "New Mexico"), ("NV", "Nevada"), ("NY", "New York"), ("OH", "Ohio"),
    ("OR", "Oregon"), ("PA", "Pennsylvania"), ("RI", "Rhode Island"), ("SD", "South Dakota"),
    ("TN", "Tennessee"), ("TX", "Texas"), ("VT", "Vermont"), ("WA", "Washington"),
)  # fmt: skip

COUNTRIES: Final = (
    "Argentina", "Bangladesh", "Brazil", "Canada", "Colombia", "Ecuador", "Egypt", "Ethiopia",
    "France", "Germany", "Ghana", "Guatemala", "Haiti", "India", "Ireland", "Jamaica", "Kenya",
    "Lebanon", "Mexico", "Morocco", "Nepal", "Nigeria", "Peru", "Poland", "Portugal", "Senegal",
    "South Korea", "Spain", "Thailand", "Philippines", "Turkey", "Ukraine", "Vietnam",
)  # fmt: skip

FACILITIES: Final = (
    "Amberley Regional Medical Center", "Beacon Hollow Hospital", "Bridgewater Heart Institute",
    "Cedar Fork Community Hospital", "Clearbrook Family Practice", "Coldwater Bay Clinic",
    "Cottonwood Rehabilitation Center", "Eastmere Children's Hospital", "Fairhaven Nursing Home",
    "Four Rivers Health", "Glen Arbor Surgical Center", "Good Harbor Hospital",
    "Harlan Springs Urgent Care", "Highmoor Veterans Hospital", "Ironvale General Hospital",
    "Juniper Street Dialysis", "Kestrel Ridge Imaging", "Lake Verity Medical Group",
    "Larkspur Women's Health", "Mercy of the Plains Hospital", "Northgate Cancer Center",
    "Old Mission Hospice", "Pine Barrow Hospital", "Quarry Road Clinic", "Riverbend Orthopedics",
    "Saint Alma University Hospital", "Saltmarsh Memorial Hospital", "Sister Ines Health Center",
    "Stonebridge Sleep Laboratory", "Sunfield Behavioral Health", "Tamarack Eye Associates",
    "Three Pines Hospital", "Union Square Medical Center", "Wexley Park Pediatrics",
)  # fmt: skip

PROFESSIONS: Final = (
    "accountant", "airline pilot", "architect", "baker", "barber", "bus driver", "carpenter",
    "cashier", "chef", "court reporter", "crane operator", "dental hygienist", "electrician",
    "farmer", "firefighter", "fisherman", "florist", "forklift operator", "geologist",
    "graphic designer", "hairdresser", "high school teacher", "house painter", "insurance adjuster",
    "journalist", "landscaper", "lawyer", "librarian", "long-haul trucker", "machinist",
    "mail carrier", "paralegal", "plumber", "police officer", "postal clerk", "potter",
    "real estate agent", "roofer", "school principal", "security guard", "software engineer",
    "stonemason", "tax preparer", "translator", "veterinarian", "violinist", "welder",
)  # fmt: skip

NICKNAMES: Final = {
    "Abigail": "Abby", "Agnieszka": "Aga", "Alejandra": "Ale", "Anneliese": "Liesl",
    "Bridget": "Bridie", "Caroline": "Caro", "Deborah": "Debbie", "Dolores": "Lola",
    "Esperanza": "Espe", "Francesca": "Frankie", "Geraldine": "Gerry", "Harriet": "Hattie",
    "Jacqueline": "Jackie", "Joanna": "Jo", "Josephine": "Josie", "Kateryna": "Katya",
    "Lucinda": "Cindy", "Margaret": "Peggy", "Patricia": "Trish", "Philippa": "Pippa",
    "Rachel": "Rae", "Shanice": "Niecy", "Tamika": "Mika", "Valentina": "Val",
    "Veronica": "Ronnie", "Winifred": "Winnie", "Alasdair": "Ally", "Benedict": "Ben",
    "Calvin": "Cal", "Clarence": "Clancy", "Dominic": "Dom", "Eduardo": "Lalo",
    "Enrique": "Quique", "Francisco": "Paco", "Gustavo": "Tavo", "Ignacio": "Nacho",
    "Jerome": "Romy", "Leonard": "Lenny", "Lorenzo": "Renzo", "Marcus": "Marc",
    "Nathaniel": "Nate", "Nikolai": "Kolya", "Reginald": "Reggie", "Samuel": "Sammy",
    "Terrence": "Terry", "Wendell": "Dell", "Zoltan": "Zoli",
}  # fmt: skip
"""What friends call them; who is not here is called by the first three letters."""

RIGHT_TO_LEFT_NAMES: Final = (
    "محمد العبدالله", "فاطمة حداد", "يوسف الخطيب", "ليلى منصور", "عمر الشريف", "نور الهدى سليم",
    "שרה לוי", "דוד כהן", "רחל מזרחי", "יעקב פרץ", "מרים אברהם", "נועה שפירא", "رضا کریمی",
    "مریم رستمی",
)  # fmt: skip
"""Names as patients write them themselves, in scripts that run from right to left."""
