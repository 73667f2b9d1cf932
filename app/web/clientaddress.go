package web

import (
	"net/netip"
	"strings"

	"github.com/gofiber/fiber/v2"

	"grassroots/models"
)

// Proxies says which servers in front are believed when they say, by
// X-Forwarded-For, whom they pass a request on for.
type Proxies struct {
	// Known are their networks. Without any, whatever asks from this machine or a
	// private network is believed, of the last address alone: a client near by
	// that asks directly could make one up.
	Known []netip.Prefix
	// None believes nobody: there is no server in front.
	None bool
}

// ClientAddress gives the address that a request comes from.
func (s *Site) ClientAddress(c *fiber.Ctx) netip.Addr {
	peer, _ := netip.AddrFromSlice(c.Context().RemoteIP())
	peer = peer.Unmap()
	if s.Proxies.None || !s.Proxies.believes(peer) {
		return peer
	}
	at := peer
	var hops []string
	for _, header := range c.Request().Header.PeekAll(fiber.HeaderXForwardedFor) {
		hops = append(hops, strings.Split(string(header), ",")...)
	}
	for i := len(hops) - 1; i >= 0; i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		at = hop.Unmap().WithZone("")
		if len(s.Proxies.Known) == 0 || !s.Proxies.believes(at) {
			break
		}
	}
	return at
}

// network gives the network that a request comes from.
func (s *Site) network(c *fiber.Ctx) string {
	return models.AuditAddress(s.ClientAddress(c).String())
}

func (p Proxies) believes(a netip.Addr) bool {
	if len(p.Known) == 0 {
		return a.IsLoopback() || a.IsPrivate()
	}
	for _, network := range p.Known {
		if network.Contains(a) {
			return true
		}
	}
	return false
}

// clientNetwork is what one client has of addresses: one, and of IPv6 a /64.
func clientNetwork(a netip.Addr) string {
	if network, err := a.Prefix(64); a.Is6() && err == nil {
		return network.String()
	}
	return a.String()
}
