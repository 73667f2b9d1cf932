package organisations

import (
	"encoding/csv"
	"errors"
	"os"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"grassroots/models"
)

// etrLine makes a row as NHS England publishes it.
func etrLine(code, name, region, icb, postcode, opened, closed string) string {
	cells := make([]string, etrColumns)
	cells[etrCode], cells[etrName], cells[etrRegion], cells[etrICB] = code, name, region, icb
	cells[4], cells[5], cells[7] = "TRUST HEADQUARTERS, LEVEL 2", "HIGH STREET", "SOMEWHERE"
	cells[etrPostcode], cells[etrOpened], cells[etrClosed], cells[21] = postcode, opened, closed, "1"
	return `"` + strings.Join(cells, `","`) + `"`
}

func day(s string) *time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return &t
}

func TestParseODSReadsThePublishedForm(t *testing.T) {
	wales := strings.Replace(etrLine("RYT", "PUBLIC HEALTH WALES NHS TRUST", "", "", "CF10 4BZ", "20091001", ""), `"1","",""`, `"1","","W"`, 1)
	src := "\uFEFF" + strings.Join([]string{
		etrLine("RR8", "LEEDS TEACHING HOSPITALS NHS TRUST", "Y63", "QWO", "ls9 7tf", "19980401", ""),
		etrLine("RBZ", "NORTHERN DEVON HEALTHCARE NHS TRUST", "Y58", "QJK", "EX31 4JB", "19910401", "20220331"),
		wales,
		etrLine("G6V2S", "NORTH LONDON SERVICES", "Y99", "", "", "", ""),
	}, "\r\n") + "\r\n"
	got, err := ParseODS("etr.csv", strings.NewReader(src))
	if err != nil {
		t.Fatal(err)
	}
	want := []Row{
		{Line: 1, KindGuessed: true, SaysClosed: true, Organisation: models.Organisation{Code: "RR8", Name: "Leeds Teaching Hospitals NHS Trust", Kind: "Acute trust",
			Region: "North East and Yorkshire", ICBCode: "QWO", Postcode: "LS9 7TF", Opened: day("1998-04-01")}},
		{Line: 2, KindGuessed: true, SaysClosed: true, Organisation: models.Organisation{Code: "RBZ", Name: "Northern Devon Healthcare NHS Trust", Kind: "NHS trust",
			Region: "South West", ICBCode: "QJK", Postcode: "EX31 4JB", Opened: day("1991-04-01"), Closed: day("2022-03-31")}},
		{Line: 3, KindGuessed: true, SaysClosed: true, Organisation: models.Organisation{Code: "RYT", Name: "Public Health Wales NHS Trust", Kind: "NHS trust",
			Region: "Wales", Postcode: "CF10 4BZ", Opened: day("2009-10-01")}},
		{Line: 4, KindGuessed: true, SaysClosed: true, Organisation: models.Organisation{Code: "G6V2S", Name: "North London Services"}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("ParseODS gives\n%+v\nand not\n%+v", got, want)
	}
}

func TestParseODSReadsAFileWithAHeader(t *testing.T) {
	for name, src := range map[string]string{
		"every column":         "code,name,kind,region,icb_code,icb_name,postcode,opened,closed,successors\nqrv,Old Board,Integrated care board,London,Z9B2Z,New Board,w1 1aa,2022-07-01,2026-03-31,z9b2z;Q99\n",
		"another order":        "Name, CODE ,successors,closed,opened,postcode,icb_name,icb_code,region,kind\nOld Board,QRV,\"Z9B2Z, Q99\",20260331,20220701,W1 1AA,New Board,Z9B2Z,y56,Integrated care board\n",
		"names used elsewhere": "code,ons,name,type,nation,icb_code,icb_name,postcode,open_date,close_date,successor_codes,lat\nQRV,x,Old Board,Integrated care board,london,Z9B2Z,New Board,W1 1AA,2022-07-01,2026-03-31,Z9B2Z|Q99,51.5\n",
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ParseODS("f.csv", strings.NewReader(src))
			if err != nil {
				t.Fatal(err)
			}
			want := []Row{{Line: 2, Organisation: models.Organisation{Code: "QRV", Name: "Old Board", Kind: "Integrated care board", Region: "London", ICBCode: "Z9B2Z",
				ICBName: "New Board", Postcode: "W1 1AA", Opened: day("2022-07-01"), Closed: day("2026-03-31"), Successors: []string{"Z9B2Z", "Q99"}}}}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("ParseODS gives\n%+v\nand not\n%+v", got, want)
			}
		})
	}
	got, err := ParseODS("f.csv", strings.NewReader("code,name\nB86059,\"Meanwood\nHealth Centre\"\n"))
	if err != nil || len(got) != 1 || got[0].Name != "Meanwood Health Centre" || got[0].Kind != "" || got[0].SaysClosed {
		t.Errorf("two columns give %+v, %v", got, err)
	}
}

func TestParseODSListsEveryRowThatCannotBeRead(t *testing.T) {
	good := etrLine("RR8", "LEEDS", "Y63", "QWO", "LS9 7TF", "19980401", "")
	for name, tt := range map[string]struct {
		src  string
		want []string
	}{
		"nothing":        {"", []string{"f.csv:1: The file is empty"}},
		"another file":   {"a,b,c\n1,2,3\n", []string{"f.csv:1: This is neither a file as NHS England publishes it, which has 27 columns"}},
		"no name column": {"code,title\nRR8,Leeds\n", []string{"f.csv:1: The column name is missing"}},
		"a column twice": {"code,name,Name\nRR8,Leeds,Leeds\n", []string{"f.csv:1: The column name stands here twice"}},
		"rows of the published form": {
			good + "\n" + etrLine("R-8", "", "Y63", "Q!", "TOOLONGAPOSTCODE", "19980431", "never") + "\n" + good + "\n\"RR9\",\"SHORT\"\n",
			[]string{"f.csv:2: The open date “19980431” is no date", "f.csv:2: The close date “never” is no date", "f.csv:2: “R-8” is no ODS code", "f.csv:2: The name is missing",
				"f.csv:2: “Q!” is no code of an integrated care board", "f.csv:2: The postcode has more than 10 characters", "f.csv:3: The code RR8 stands on line 1 too", "f.csv:4: This row has 2 columns, where the first has 27"},
		},
		"a row about a patient": {
			"code,name,kind\nRR8,Leeds,Trust\nRR9,\"Ward 4, NHS number 999 026 0184\",Trust\n", []string{"f.csv:3: This looks like an NHS number"},
		},
		"rows below a header": {
			"code,name,region,opened,successors\n,Nobody,Yorkshire,1/4/1998,RR8\nRR8,Leeds,Y63,,RR8\nRR9,\"Bad \"quote\" here\",,,\nRR7,L\xe9eds,,,\nRR6," + strings.Repeat("x", 201) + ",,,\n",
			[]string{"f.csv:2: “Yorkshire” is no region: write one of", "f.csv:2: The opened “1/4/1998” is no date", "f.csv:2: “” is no ODS code", "f.csv:3: “RR8” is no code of a successor",
				"f.csv:4: The quotes of this row do not match", "f.csv:5: Column 2 is not UTF-8", "f.csv:6: The name has more than 200 characters"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			rows, err := ParseODS("f.csv", strings.NewReader(tt.src))
			var file *FileError
			if !errors.As(err, &file) || rows != nil {
				t.Fatalf("gives %v, %v", rows, err)
			}
			lines := strings.Split(err.Error(), "\n")
			if len(lines) != len(tt.want) {
				t.Errorf("%d problems, not %d:\n%v", len(lines), len(tt.want), err)
			}
			for i, want := range tt.want {
				if i < len(lines) && !strings.HasPrefix(lines[i], want) {
					t.Errorf("problem %d is %q and not %q", i, lines[i], want)
				}
			}
			if models.KindOf(err) != models.Invalid || len(models.Fields(err)) != len(lines) || models.Fields(err)[0].Field != "file" {
				t.Errorf("as an error of the domain: %s, %v", models.KindOf(err), models.Fields(err))
			}
		})
	}
}

func TestParseODSListsNoMoreProblemsThanAPersonReads(t *testing.T) {
	_, err := ParseODS("f.csv", strings.NewReader("code,name\n"+strings.Repeat("?,N\n", 250)))
	lines := strings.Split(err.Error(), "\n")
	// Each row has a bad code, and from the second on one that stood before.
	if len(lines) != maxProblems+1 || !strings.HasPrefix(lines[maxProblems], "f.csv: and 150 more") {
		t.Errorf("%d lines, the last: %s", len(lines), lines[len(lines)-1])
	}
}

func TestParseODSGivesBackAFailureToRead(t *testing.T) {
	broken := errors.New("broken")
	if _, err := ParseODS("f.csv", iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("gives %v", err)
	}
}

func TestReadableCapitals(t *testing.T) {
	for in, want := range map[string]string{
		"GUY'S AND ST THOMAS' NHS FOUNDATION TRUST":   "Guy's and St Thomas' NHS Foundation Trust",
		"THE NEWCASTLE UPON TYNE HOSPITALS NHS TRUST": "The Newcastle upon Tyne Hospitals NHS Trust",
		"ALDER HEY CHILDREN’S NHS FOUNDATION TRUST":   "Alder Hey Children’s NHS Foundation Trust",
		"ST. PANCRAS HOSPITAL":                        "St. Pancras Hospital",
		"BARKING, HAVERING AND REDBRIDGE":             "Barking, Havering and Redbridge",
		"LANCASHIRE & SOUTH CUMBRIA":                  "Lancashire & South Cumbria",
		"STOKE-ON-TRENT CARE HOME":                    "Stoke-on-Trent Care Home",
		"GREAT ORMOND STREET HOSPITAL FOR CHILDREN":   "Great Ormond Street Hospital for Children",
		"NHS WEST YORKSHIRE ICB - 03R":                "NHS West Yorkshire ICB - 03R",
		"O'BRIEN AND D'ARCY SURGERY":                  "O'Brien and D'Arcy Surgery",
		"DR MCDONALD'S PRACTICE (THE OLD MILL)":       "Dr McDonald's Practice (The Old Mill)",
		"A & E":                                       "A & E",
		"YSBYTY GWYNEDD Y BALA":                       "Ysbyty Gwynedd y Bala",
		"ÉCOLE ST ANNE":                               "École St Anne",
		"Leeds Teaching Hospitals NHS Trust":          "Leeds Teaching Hospitals NHS Trust",
		"eHospital":                                   "eHospital",
		"111":                                         "111",
		"":                                            "",
		"TEES, ESK AND WEAR VALLEYS NHS FOUNDATION TRUST 2026": "Tees, Esk and Wear Valleys NHS Foundation Trust 2026",
	} {
		if got := Readable(in); got != want {
			t.Errorf("%q gives %q and not %q", in, got, want)
		}
		if got := Readable(Readable(in)); got != want {
			t.Errorf("%q twice gives %q", in, got)
		}
	}
}

func TestKindIsToldOnlyWhereTheNameSaysIt(t *testing.T) {
	for name, want := range map[string]string{
		"Yorkshire Ambulance Service NHS Trust":                  "Ambulance trust",
		"Greater Manchester Mental Health NHS Foundation Trust":  "Mental health trust",
		"Leeds Community Healthcare NHS Trust":                   "Community trust",
		"Cambridgeshire Community Services NHS Trust":            "Community trust",
		"Leeds Teaching Hospitals NHS Trust":                     "Acute trust",
		"Worcestershire Acute NHS Trust":                         "Acute trust",
		"Moorfields Eye Hospital NHS Foundation Trust":           "Acute specialist trust",
		"Royal National Orthopaedic Hospital NHS Trust":          "Acute specialist trust",
		"Birmingham Women's and Children's NHS Foundation Trust": "Acute specialist trust",
		"NHS West Yorkshire Integrated Care Board":               "Integrated care board",
		"Cardiff and Vale University Health Board":               "Health board",
		"Belfast Health and Social Care Trust":                   "Health and social care trust",
		"Frimley Health NHS Foundation Trust":                    "",
		"Cottage Hospital Surgery":                               "",
		"Berkshire Healthcare NHS Foundation Trust":              "",
		"": "",
		"Devon Partnership NHS Trust with the Hospital in its name": "",
	} {
		if got := kindOf(name); got != want {
			t.Errorf("%q is %q and not %q", name, got, want)
		}
	}
}

// TestPublishedFileIsReadWhole reads a file of NHS England's where one lies
// beside the repository.
func TestPublishedFileIsReadWhole(t *testing.T) {
	const path = "../../../shared/data/etr_2026-07.csv"
	file, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("there is no such file")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := ParseODS("etr.csv", file)
	if err != nil {
		t.Fatal(err)
	}
	open, regionless := 0, 0
	for _, r := range rows {
		if r.Closed == nil {
			open++
		}
		if r.Region == "" {
			regionless++
		}
		if strings.ToUpper(r.Name) == r.Name || r.Kind == "" || r.Opened == nil {
			t.Errorf("not whole: %+v", r)
		}
	}
	if len(rows) != 274 || open != 202 || regionless != 0 {
		t.Errorf("%d organisations, %d open, %d without region", len(rows), open, regionless)
	}
	raw, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	records, err := csv.NewReader(raw).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range records {
		if !strings.EqualFold(r[etrName], rows[i].Name) || r[etrCode] != rows[i].Code {
			t.Errorf("line %d: %q became %q", i+1, r[etrName], rows[i].Name)
		}
	}
}

// FuzzParseODS holds that no file makes the reader panic, and that what it
// takes can be kept.
func FuzzParseODS(f *testing.F) {
	f.Add(etrLine("RR8", "LEEDS TEACHING HOSPITALS NHS TRUST", "Y63", "QWO", "LS9 7TF", "19980401", ""))
	f.Add("code,name,region,successors\nRR8,O'NEILL & ST.,London,A01;B02\n")
	f.Add("name,code\n\"a\nb\",X01\n\"c")
	f.Fuzz(func(t *testing.T, src string) {
		rows, err := ParseODS("f.csv", strings.NewReader(src))
		var file *FileError
		if err != nil && (!errors.As(err, &file) || len(file.Problems) == 0) {
			t.Fatalf("an error without problems: %v", err)
		}
		for _, r := range rows {
			if !models.ValidODSCode(r.Code) || r.Name == "" || r.Name != models.CleanLine(r.Name) || Readable(r.Name) != r.Name {
				t.Errorf("%+v was taken", r)
			}
		}
	})
}
