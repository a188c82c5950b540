"""Name pools for fairness: the same note is written with names from each. Data and one swap.

Every pool has 20 given names of women, 20 of men and 40 surnames, so one draw picks by place
whatever the pool. A pool is a set of names that are common in one community; it says nothing
about any person who bears one.
"""

from typing import Final

from openmed.domain.corpus.locale import Kind, Locale, Names

_TABLE: Final = """
anglo
  Alice Beth Clara Daphne Edith Faye Gwen Hazel Imogen Joyce Kathleen Lorna Maud Nora Olive
  Phyllis Rosalind Sylvia Tabitha Wendy
  Alfred Barnaby Clive Desmond Ernest Fergus Graham Harold Ivor Jasper Keith Lionel Maurice Nigel
  Oswald Percy Rodney Stanley Trevor Wilfred
  Ackroyd Bancroft Chadwick Dunstan Eastwick Farnham Goodwin Hargreaves Ingram Jessop Kingsley
  Langford Merriman Naismith Oakden Pemberton Radcliffe Sedgwick Thackeray Underhill Wainwright
  Yardley Ashdown Birkett Cartwright Dewhurst Entwistle Foxcroft Garside Hebden Illingworth Kershaw
  Lockwood Mossop Ormerod Prescott Ramsden Sugden Tattersall Whitworth
hispanic
  Araceli Belén Carmela Dulce Estefanía Flor Graciela Herminia Itzel Jimena Leticia Maribel Nayeli
  Ofelia Paloma Rocío Socorro Trinidad Verónica Yolanda
  Agustín Baltazar César Diego Efraín Fermín Gilberto Hernán Isidro Jacinto Leopoldo Moisés Nicanor
  Octavio Plácido Rogelio Saúl Teodoro Ulises Valentín
  Arredondo Bermúdez Camacho Dávila Echeverría Farías Gallegos Huerta Iturbide Jurado Lizárraga
  Montoya Narváez Ocampo Palacios Quezada Robledo Serrano Tovar Uribe Vallejo Yáñez Zavala Arriaga
  Benavides Casillas Duarte Elizondo Fuentes Godínez Ibáñez Landeros Madrigal Nájera Ontiveros
  Pedraza Rentería Salcedo Tejeda Villarreal
african-american
  Aaliyah Breonna Chanel Destiny Ebony Fantasia Imani Jada Keisha Lakeisha Monique Nia Octavia
  Precious Raven Shaniqua Tanisha Unique Yolonda Zaria
  Antwan Booker Cornell Deshawn Earvin Freeman Germaine Hakeem Isaiah Jaleel Kendrick Lavar
  Marquise Nasir Odell Percival Rashad Tyrone Vonte Willie
  Batiste Cheeks Dorsey Etheridge Fluker Gadson Hairston Ivory Jubilee Kinsey Lattimore Mosby
  Northcutt Odom Pettway Quarles Ruffin Singletary Tolliver Upshaw Vaughns Winbush Yancey Zeigler
  Battle Copeland Diggs Embry Fontenot Grier Hightower Jeter Lofton Mayfield Nettles Pinkney
  Ravenell Smalls Tisdale Whitlow
west-african
  Abena Adjoa Bukola Chinwe Efua Folasade Gifty Hawa Ifeoma Kehinde Lola Mariama Nneka Oluchi
  Patience Sade Temitope Uzoamaka Yetunde Zainabu
  Ayodele Babatunde Chukwuemeka Dauda Ekene Femi Gbenga Hassane Ikenna Jide Kofi Lamin Musa Nnamdi
  Obinna Segun Taiwo Uche Yaw Zubairu
  Abiola Boateng Conteh Danjuma Ekwueme Fofana Gyamfi Ibekwe Jalloh Koroma Lawal Mbah Ndiaye
  Obi Quaye Sesay Tetteh Udoh Wiredu Yeboah Adeleke Bangura Chukwuma Donkor Ezeoke Fadahunsi Gaye
  Igwe Kanu Lartey Mbaye Nwachukwu Onyango Opoku Sarpong Toure Umeh Wemimo Yakubu Zongo
arabic
  Amal Buthaina Dalal Faten Ghada Hanan Iman Jumana Khadija Lubna Maysoon Nawal Rania Samira
  Taghreed
  Wafaa Yusra Zahra Rasha Hiba
  Adnan Bilal Daoud Faisal Ghassan Haitham Imad Jawad Khalid Luay Mahmoud Nabil Qasim Rafiq Samir
  Talal Walid Yasir Ziad Anwar
  Abadi Barakat Chalabi Darwish Elbaz Fakhoury Ghanem Hamdan Issa Jabbour Kassab Lahoud Mansour
  Nasser Odeh Qureshi Rashid Saleh Tamimi Wahbi Younes Zayed Atallah Bishara Dajani Fayyad Habib
  Jarrah Khoury Maalouf Najjar Rifai Saab Shaheen Touma Zogby Azzam Bazzi Hourani Sayegh
south-asian
  Aditi Bhavna Chitra Deepika Esha Gayatri Hema Indira Jyoti Kavita Latika Madhuri Nandini Padma
  Radhika Shalini Tanvi Urmila Vasudha Yamini
  Ajay Bharat Chetan Deepak Eknath Girish Harish Ishaan Jatin Kiran Lalit Manoj Naveen Prakash
  Rakesh Suresh Tushar Umesh Vinod Yogesh
  Agarwal Bhardwaj Chaudhary Deshpande Gokhale Hegde Iyer Joshi Kulkarni Luthra Malhotra Nair Oberoi
  Pillai Raghavan Saxena Thakur Upadhyay Venkatesan Wadhwa Yadav Zaveri Ahluwalia Bose Chopra Dutta
  Ganguly Iyengar Jindal Khanna Menon Narang Parekh Rastogi Sehgal Tripathi Varma Bhatnagar Dhillon
  Mistry
east-asian
  Akiko Bo-ra Chun Eun-ji Fumiko Haruka Jiayi Kumiko Lihua Min-seo Naoko Peiling Qiuyue Ruoxi
  Sachiko Tomoko Wenjing Xiulan Yoon-hee Zihan
  Bingwen Chang-min Daichi Fengwei Guowei Haruto Jianguo Katsuo Liwei Min-jun Noboru Qingshan
  Ryota Seung-ho Takeshi Weiguo Xiaolong Yong-su Zhiqiang Ichiro
  Bae Cheng Deng Endo Feng Gao Hwang Inoue Jiang Kang Liang Matsuda Noh Okada Peng Qian Ryu
  Shimizu Tang Uchida Wada Xie Yoon Zheng Arakawa Bao Chae Du Fan Guo Hayashi Jeong Kwon Liao
  Moriyama Nishimura Ota Shen Tsai Yun
slavic
  Alena Bogdana Danuta Ewa Galina Halina Irena Jadwiga Ksenia Ludmila Milena Nadezhda Oksana Polina
  Radmila Svetlana Tatiana Vesna Yelena Zdenka
  Andrzej Bohdan Czesław Dragan Evgeny Fyodor Grzegorz Henryk Igor Jaroslav Kazimierz Leonid
  Miroslav Nikola Oleg Przemysław Radoslav Sergei Tadeusz Vadim
  Antonov Bondarenko Czerwinski Dragović Evanoff Fedorov Golubev Havel Ivanchuk Jovanović Kozlov
  Lebedev Mazur Nowicki Orlov Pavlenko Romanenko Sikora Tkachenko Ustinov Vasiliev Wrobel Yakovlev
  Zelenko Baranov Chernenko Dudek Filipović Gorski Horák Kovalenko Lisowski Marković Novotný
  Ostapenko Popović Rybak Shevchenko Todorov Vuković
"""
_WOMEN: Final = 20
_GIVEN: Final = 40


def _read(table: str) -> dict[str, Names]:
    pools: dict[str, list[str]] = {}
    name = ""
    for line in table.strip().splitlines():
        if line.startswith(" "):
            pools[name] += line.split()
        else:
            name = line
            pools[name] = []
    return {
        pool: Names(tuple(words[:_WOMEN]), tuple(words[_WOMEN:_GIVEN]), tuple(words[_GIVEN:]))
        for pool, words in pools.items()
    }


POOLS: Final = _read(_TABLE)
"""Every pool, by name."""


def with_names(locale: Locale, names: Names) -> Locale:
    """Give the patients and relatives of a language other names; everybody else keeps theirs."""
    people = {
        kind: Kind(who.label, names) if kind in {"patient", "relative"} else who
        for kind, who in locale.people.items()
    }
    return locale._replace(people=people)
