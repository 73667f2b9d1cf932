package templates

import (
	"time"

	"grassroots/models"
)

// SharePage is what a campaign is made known with.
type SharePage struct {
	Title, Address, Path            string
	Draft                           bool
	Language                        models.Language // of the files
	Languages                       []ShareLanguage
	Groups                          []ShareGroup
	Subject, Text, TextURL, MailURL string
}

// ShareLanguage leads to something in a language.
type ShareLanguage struct {
	Language models.Language
	URL      string
	Chosen   bool
}

// ShareGroup is a drawing, with the files that it is offered as.
type ShareGroup struct {
	Name, Hint, Picture string
	Files               []ShareFile
}

// ShareFile is a file to download.
type ShareFile struct{ URL, Name, Format string }

// CertificatesPage lists the certificates of a campaign.
type CertificatesPage struct {
	Title string
	Out   bool
	Lines []CertificateLine
}

// CertificateLine is one of them.
type CertificateLine struct{ Title, URL, Result, To, Organisation string }

// CertificatePage is a certificate.
type CertificatePage struct {
	Campaign, CampaignURL, Sponsor       string
	Result, To, Title, StudyURL          string
	Organisation, Address, Path, TeamURL string
	Team                                 bool // it is for the whole team
	Out                                  bool
	Awarded                              []string
	Day                                  time.Time
	Files                                []ShareLanguage
	People                               []Crumb // with a certificate of their own
}
