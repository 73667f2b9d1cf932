// Package schemaorg describes what the site has in the words of schema.org, as
// JSON-LD that search engines and other programs read. Each type here has the
// properties that are used of the type of its name, and no more.
package schemaorg

import "encoding/json"

// context is what gives the words their meaning.
const context = "https://schema.org"

// Node is something that is described.
type Node interface{ node() }

// Document gives nodes as one JSON-LD document.
func Document(nodes ...Node) ([]byte, error) {
	if len(nodes) == 1 {
		raw, err := json.Marshal(nodes[0])
		if err != nil {
			return nil, err
		}
		// The context stands in the node itself, first, as people expect to find it.
		return append([]byte(`{"@context":"`+context+`",`), raw[1:]...), nil
	}
	return json.Marshal(struct {
		Context string `json:"@context"`
		Graph   []Node `json:"@graph"`
	}{context, nodes})
}

// Article is a case study: https://schema.org/Article.
type Article struct {
	Type              string               `json:"@type"`
	ID                string               `json:"@id"`
	URL               string               `json:"url"`
	Headline          string               `json:"headline"`
	Abstract          string               `json:"abstract,omitempty"`
	Image             string               `json:"image,omitempty"`
	Author            []Person             `json:"author,omitempty"`
	Publisher         *Organization        `json:"publisher,omitempty"`
	IsPartOf          *WebSite             `json:"isPartOf,omitempty"`
	DateCreated       string               `json:"dateCreated"`
	DatePublished     string               `json:"datePublished"`
	DateModified      string               `json:"dateModified"`
	Version           int                  `json:"version"`
	Status            *DefinedTerm         `json:"creativeWorkStatus,omitempty"`
	InLanguage        string               `json:"inLanguage,omitempty"`
	License           any                  `json:"license,omitempty"` // an address, or a CreativeWork that has a name alone
	Keywords          []string             `json:"keywords,omitempty"`
	About             []DefinedTerm        `json:"about,omitempty"`
	Citation          []CreativeWork       `json:"citation,omitempty"`
	Identifier        PropertyValue        `json:"identifier"`
	CommentCount      int                  `json:"commentCount"`
	DiscussionURL     string               `json:"discussionUrl,omitempty"`
	InteractionCounts []InteractionCounter `json:"interactionStatistic,omitempty"`
}

// CreativeWork is a source, or a licence: https://schema.org/CreativeWork.
type CreativeWork struct {
	Type string `json:"@type"`
	Name string `json:"name,omitempty"`
	URL  string `json:"url,omitempty"`
}

// Person is an author: https://schema.org/Person.
type Person struct {
	Type     string `json:"@type"`
	Name     string `json:"name"`
	JobTitle string `json:"jobTitle,omitempty"`
	URL      string `json:"url,omitempty"`
}

// Organization is a trust or another body: https://schema.org/Organization.
type Organization struct {
	Type         string         `json:"@type"`
	ID           string         `json:"@id"`
	Name         string         `json:"name"`
	URL          string         `json:"url,omitempty"`
	Description  string         `json:"description,omitempty"`
	Identifier   *PropertyValue `json:"identifier,omitempty"`
	Address      *PostalAddress `json:"address,omitempty"`
	Parent       *Organization  `json:"parentOrganization,omitempty"`
	AreaServed   string         `json:"areaServed,omitempty"`
	FoundingDate string         `json:"foundingDate,omitempty"`
	Dissolved    string         `json:"dissolutionDate,omitempty"`
}

// PostalAddress is where a body is: https://schema.org/PostalAddress.
type PostalAddress struct {
	Type       string `json:"@type"`
	PostalCode string `json:"postalCode"`
	Country    string `json:"addressCountry"`
}

// PropertyValue is a code with the scheme that it is of:
// https://schema.org/PropertyValue.
type PropertyValue struct {
	Type       string `json:"@type"`
	PropertyID string `json:"propertyID"`
	Value      string `json:"value"`
}

// DefinedTerm is an entry of a list, such as a system or a standard:
// https://schema.org/DefinedTerm.
type DefinedTerm struct {
	Type          string          `json:"@type"`
	ID            string          `json:"@id,omitempty"`
	Name          string          `json:"name"`
	AlternateName []string        `json:"alternateName,omitempty"`
	Description   string          `json:"description,omitempty"`
	TermCode      string          `json:"termCode,omitempty"`
	URL           string          `json:"url,omitempty"`
	SameAs        string          `json:"sameAs,omitempty"`
	Set           *DefinedTermSet `json:"inDefinedTermSet,omitempty"`
}

// DefinedTermSet is such a list: https://schema.org/DefinedTermSet.
type DefinedTermSet struct {
	Type        string `json:"@type"`
	ID          string `json:"@id"`
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	URL         string `json:"url,omitempty"`
}

// InteractionCounter is how often people have done something:
// https://schema.org/InteractionCounter.
type InteractionCounter struct {
	Type   string `json:"@type"`
	Action string `json:"interactionType"`
	Count  int    `json:"userInteractionCount"`
}

// WebSite is the site: https://schema.org/WebSite.
type WebSite struct {
	Type        string        `json:"@type"`
	ID          string        `json:"@id"`
	Name        string        `json:"name"`
	URL         string        `json:"url,omitempty"`
	Description string        `json:"description,omitempty"`
	InLanguage  string        `json:"inLanguage,omitempty"`
	Search      *SearchAction `json:"potentialAction,omitempty"`
}

// SearchAction is how the site is searched: https://schema.org/SearchAction.
type SearchAction struct {
	Type   string     `json:"@type"`
	Target EntryPoint `json:"target"`
	// Input is how the part of the address that stands for the words is called.
	Input string `json:"query-input"`
}

// EntryPoint is an address with a gap: https://schema.org/EntryPoint.
type EntryPoint struct {
	Type        string `json:"@type"`
	URLTemplate string `json:"urlTemplate"`
}

// BreadcrumbList is the way to a page: https://schema.org/BreadcrumbList.
type BreadcrumbList struct {
	Type  string     `json:"@type"`
	Items []ListItem `json:"itemListElement"`
}

// ListItem is a step of the way: https://schema.org/ListItem.
type ListItem struct {
	Type     string `json:"@type"`
	Position int    `json:"position"`
	Name     string `json:"name"`
	Item     string `json:"item,omitempty"`
}

func (Article) node()        {}
func (Organization) node()   {}
func (DefinedTerm) node()    {}
func (DefinedTermSet) node() {}
func (WebSite) node()        {}
func (BreadcrumbList) node() {}
