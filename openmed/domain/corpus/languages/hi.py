"""Hindi, as it is written in India.

Never issued: Aadhaar numbers that start with 0; mobile numbers that start with 0; PIN codes that
start with 0; PAN numbers of holder type Z; ABHA numbers that start with 00.
"""

from typing import Final

from openmed.domain.corpus.draws import Draws
from openmed.domain.corpus.languages.parts import SHARED, day_styles, gold, numbers, people, phrases
from openmed.domain.corpus.locale import DayStyle, Locale
from openmed.domain.corpus.people import NAME_FORMS

_DIGITS: Final = str.maketrans("0123456789", "०१२३४५६७८९")
_STYLES: Final[dict[str, DayStyle]] = day_styles(
    "जनवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर",
    written="{d} {m} {y}",
)


def _street(draws: Draws) -> str:
    name = draws.choice(
        ("गांधी मार्ग", "शिवाजी नगर", "स्टेशन रोड", "नेहरू नगर", "अशोक विहार", "मंदिर गली",
         "सुभाष चौक", "कमला नगर", "पुरानी मंडी", "राजेंद्र नगर")
    )  # fmt: skip
    kind = draws.choice(("मकान नं.", "फ्लैट", "प्लॉट नं."))
    return f"{kind} {draws.integer(1, 480)}, {name}"


HINDI: Final = Locale(
    people=people(
        women="""
            अंजलि अनीता आशा उषा कमला कविता गीता ज्योति दीपा नीलम पूजा प्रिया मंजू मीना रेखा लता
            विमला शांति सरिता सीमा सुनीता सुमन स्नेहा हेमा
        """,
        men="""
            अजय अनिल अमित अशोक कैलाश गणेश दिनेश नरेश प्रकाश प्रमोद महेश मुकेश मोहन रमेश राकेश राजेश
            राहुल विकास विजय संजय सुनील सुरेश हरीश हेमंत
        """,
        surnames="""
            अग्रवाल अवस्थी उपाध्याय कपूर कश्यप कुमावत कुशवाहा खन्ना खुराना गुप्ता गोयल चतुर्वेदी
            चौधरी चौहान जैन जोशी झा ठाकुर तिवारी त्रिपाठी दुबे द्विवेदी नागर पटेल पाठक पांडेय बंसल
            बघेल भंडारी भटनागर मल्होत्रा मिश्रा यादव राजपूत राठौर वर्मा शुक्ला श्रीवास्तव सक्सेना
            सोलंकी
        """,
    ),
    forms=NAME_FORMS,
    places={
        "city": gold("CITY", """
            अजमेर; अलीगढ़; आगरा; उज्जैन; गया; ग्वालियर; जबलपुर; झाँसी; देहरादून; मेरठ; रायपुर; सागर
        """),
        "facility": gold("FACILITY", """
            जीवन ज्योति अस्पताल; श्री साईं नर्सिंग होम; ज़िला चिकित्सालय; आरोग्य क्लिनिक; संजीवनी
            हॉस्पिटल
        """),
        "profession": gold("PROFESSION", """
            किसान; शिक्षक; दर्ज़ी; ड्राइवर; दुकानदार; बढ़ई; क्लर्क; रसोइया
        """),
        "country": gold("COUNTRY", "नेपाल; बांग्लादेश; श्रीलंका; दुबई; भूटान"),
    },
    phrases={
        "med": phrases("""
            मेटफॉर्मिन 500 mg दिन में दो बार; एम्लोडिपिन 5 mg; पैरासिटामोल 650 mg ज़रूरत पर;
            पैंटोप्राज़ोल 40 mg; फ्यूरोसेमाइड 40 mg; एटोरवास्टेटिन 20 mg
        """),
        "dx": phrases("""
            निमोनिया; टाइप 2 मधुमेह; हृदय विफलता; पित्त की पथरी; डेंगू बुखार; कूल्हे की हड्डी का
            टूटना
        """),
        "complaint": phrases("""
            सीने में दर्द; साँस फूलना; बुखार और खाँसी; पेट दर्द; चक्कर आना; कमर दर्द
        """),
        "test": phrases("रक्त जाँच; मूत्र जाँच; ईसीजी; शुगर; क्रिएटिनिन; थायरॉइड"),
    },
    makers={
        **SHARED,
        "phone": numbers("PHONE", "+91 0#### #####", "0#########", "0####-#####"),
        "fax": numbers("FAX", "011-0### ####", "022-0######"),
        "ssn": numbers("SSN", "0### #### ####", "0###########", "0###-####-####"),
        "mrn": numbers("MRN", "UHID#######", "########", "IP/##/#####"),
        "plan": numbers("HEALTH_PLAN_ID", "00-####-####-####", "ZZ##########"),
        "licence": numbers("LICENSE_ID", "@@@Z@####@", "ZZ00 000#######"),
        "zip": numbers("ZIPCODE", "0#####", "0## ###"),
    },
    street=_street,
    styles={
        **_STYLES,
        "devanagari": lambda day: _STYLES["slashes"](day).translate(_DIGITS),
        "devanagari_long": lambda day: _STYLES["long"](day).translate(_DIGITS),
    },
    usual_styles=("slashes", "slashes", "dots", "long", "devanagari"),
)  # fmt: skip
"""Hindi of India."""
