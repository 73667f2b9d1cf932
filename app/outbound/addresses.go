package outbound

import (
	"net/netip"
)

// Addresses that no request from here may go to: those of this machine, of the
// networks around it, and those that lead to either. They are the blocks that
// the registries of IANA call not globally reachable (RFC 6890 and what
// updates it), and the addresses by which clouds tell a machine its secrets.
var refused = prefixes(
	"0.0.0.0/8",         // this network
	"10.0.0.0/8",        // private use
	"100.64.0.0/10",     // between a carrier and its customers; Alibaba's metadata at .100.200
	"127.0.0.0/8",       // loopback
	"168.63.129.16/32",  // Azure's own service in each of its networks
	"169.254.0.0/16",    // link-local; the metadata of most clouds at .169.254
	"172.16.0.0/12",     // private use
	"192.0.0.0/24",      // protocols; Oracle's metadata at .0.192
	"192.0.2.0/24",      // documentation
	"192.88.99.0/24",    // relays of 6to4
	"192.168.0.0/16",    // private use
	"198.18.0.0/15",     // benchmarks
	"198.51.100.0/24",   // documentation
	"203.0.113.0/24",    // documentation
	"224.0.0.0/4",       // multicast
	"240.0.0.0/4",       // reserved, and broadcast
	"2001::/23",         // protocols, Teredo among them, which carries an address of IPv4
	"2001:db8::/32",     // documentation
	"2002::/16",         // 6to4, which carries an address of IPv4
	"2620:4f:8000::/48", // AS112, names of private addresses
	"3fff::/20",         // documentation
)

// public is what of IPv6 is given out for the internet. All else, such as
// fc00::/7, fe80::/10, ::1 and what carries an address of IPv4, is refused.
var public = netip.MustParsePrefix("2000::/3")

func prefixes(list ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(list))
	for i, s := range list {
		out[i] = netip.MustParsePrefix(s)
	}
	return out
}

// Public tells whether an address is one of the internet, rather than of this
// machine or a network around it.
func Public(a netip.Addr) bool {
	if a.Zone() != "" {
		return false
	}
	a = a.Unmap()
	if !a.Is4() && !public.Contains(a) {
		return false
	}
	for _, p := range refused {
		if p.Contains(a) {
			return false
		}
	}
	return true
}
