package main

import (
	"encoding/json"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	core "k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// The hashes are those that real nodes printed (src/test/resources/nodes/iptables-nft-healthy/n1).
func TestRulesCarryTheHashesOfFelix(t *testing.T) {
	endpoints := []endpoint{{"calia4fc3c48bd8", "10.244.40.130", []string{"203.0.113.10"}}}
	text := restoreInput(append(addressChains(ipv4, endpoints), staticChains...), nil)
	for _, line := range []string{
		`-A cali-PREROUTING -m comment --comment "cali:r6XmIziWUJsdOK6Z" --jump cali-fip-dnat`,
		`-A cali-OUTPUT -m comment --comment "cali:GBTAv2p5CwevEyJm" --jump cali-fip-dnat`,
		`-A cali-POSTROUTING -m comment --comment "cali:Z-c7XtVd2Bq7s_hA" --jump cali-fip-snat`,
		`-A cali-POSTROUTING -m comment --comment "cali:nYKhEzDlr11Jccal" --jump cali-nat-outgoing`,
		`"cali:uRvT1WQH_tS0K7o0" --destination 203.0.113.10 --jump DNAT --to-destination 10.244.40.130`,
		`"cali:bFngWISmWsj4KIjt" --destination 10.244.40.130 --source 10.244.40.130 --jump SNAT --to-source 203.0.113.10 --random-fully`,
	} {
		if !strings.Contains(text, line) {
			t.Errorf("no %s in\n%s", line, text)
		}
	}
}

func TestTheTextuallySmallerPodAddressGetsTheRule(t *testing.T) {
	chains := addressChains(ipv4, []endpoint{
		{"cali1", "10.0.0.9", []string{"203.0.113.10"}},
		{"cali2", "10.0.0.10", []string{"203.0.113.10", "203.0.113.9"}},
	})
	want := []string{
		"--destination 203.0.113.10 --jump DNAT --to-destination 10.0.0.10",
		"--destination 203.0.113.9 --jump DNAT --to-destination 10.0.0.10",
	}
	var got []string
	for _, rule := range chains[0].rules {
		got = append(got, rule.iptables)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
	if len(chains[1].rules) != 1 || !strings.Contains(chains[1].rules[0].iptables, "--to-source 203.0.113.10 ") {
		t.Errorf("got %v", chains[1].rules)
	}
}

func TestInterfacesAreNamedAsCalicoNamesThem(t *testing.T) {
	if name := device("default", "floating-ips"); name != "calib13c36df6cc" {
		t.Errorf("got %s", name)
	}
}

func TestValuesOfTheAnnotation(t *testing.T) {
	for value, want := range map[string][]string{
		`["203.0.113.31","203.0.113.32"]`: {"203.0.113.31", "203.0.113.32"},
		`[ "203.0.113.33" ]`:              {"203.0.113.33"},
		`[]`:                              nil,
		`null`:                            nil,
		`["203.0.113.30/32"]`:             nil,
		`["foo"]`:                         nil,
		`["2001:DB8:0::5"]`:               {"2001:db8::5"},
	} {
		got, err := parseFloatingIPs(annotated(value))
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %v, %v", value, got, err)
		}
	}
	for _, value := range []string{``, `203.0.113.30`, `"203.0.113.34"`, `["203.0.113.35",]`, `[1]`} {
		if got, err := parseFloatingIPs(annotated(value)); err == nil {
			t.Errorf("%s: got %v", value, got)
		}
	}
}

func TestAnUnreadableValueTakesTheEndpointAfterAWhile(t *testing.T) {
	known, start, complaints := newEndpoints(), time.Now(), 0
	complain := func(error) { complaints++ }
	for _, step := range []struct {
		value string
		after time.Duration
		want  int
		again bool
	}{
		{`["203.0.113.10"]`, 0, 1, false},
		{`broken`, time.Second, 1, true},
		{`broken`, 2 * time.Second, 1, true},
		{`broken`, 4 * time.Second, 0, false},
		{`["203.0.113.10"]`, 5 * time.Second, 1, false},
	} {
		all, again := known.of([]*core.Pod{annotated(step.value)}, start.Add(step.after), complain)
		if len(all) != step.want || again != step.again {
			t.Errorf("%+v: got %v, %v", step, all, again)
		}
	}
	if complaints != 1 {
		t.Errorf("%d complaints", complaints)
	}
	if all, _ := newEndpoints().of([]*core.Pod{annotated(`broken`)}, start, complain); len(all) != 0 {
		t.Errorf("the first list skips what cannot be read: got %v", all)
	}
}

func TestOnlyAddressesOfAPoolOutsideOfTheBlockAreOffered(t *testing.T) {
	kernel := []route{
		{Dst: "10.244.40.130", Dev: "cali1"},
		{Dst: "203.0.113.10", Dev: "cali1"},
		{Dst: "198.51.100.1", Dev: "cali1"},
		{Dst: "203.0.113.11", Dev: "eth0"},
	}
	pools := []netip.Prefix{netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("10.244.0.0/16")}
	got := exports("10.244.40.128/26", pools, kernel)
	if want := []string{"10.244.40.128/26", "203.0.113.10"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
}

func TestAFamilyHasOnlyItsAddresses(t *testing.T) {
	pod := annotated(`["203.0.113.10","2001:db8:f10a::10"]`)
	pod.Status.PodIPs = append(pod.Status.PodIPs, core.PodIP{IP: "fd00:10:244:40::130"})
	both, _ := newEndpoints().of([]*core.Pod{pod}, time.Now(), func(error) {})
	for family, want := range map[family][]endpoint{
		ipv4: {{both[0].device, "10.244.40.130", []string{"203.0.113.10"}}},
		ipv6: {{both[0].device, "fd00:10:244:40::130", []string{"2001:db8:f10a::10"}}},
	} {
		if got := family.ends(both); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %v", family.nft, got)
		}
	}
	single, _ := newEndpoints().of([]*core.Pod{annotated(`["203.0.113.10","2001:db8:f10a::10"]`)}, time.Now(), func(error) {})
	if got := ipv6.ends(single); got != nil {
		t.Errorf("a pod without an address of the family: got %v", got)
	}
}

func TestWithoutSupportOfIPv6ThereIsOneFamily(t *testing.T) {
	for value, want := range map[any]int{true: 2, false: 1, nil: 2, "perhaps": 2} {
		spec := map[string]any{}
		if value != nil {
			spec["ipv6Support"] = value
		}
		configuration := &unstructured.Unstructured{Object: map[string]any{"spec": spec}}
		got := effective("n1", map[string]*unstructured.Unstructured{"default": configuration}).families()
		if len(got) != want {
			t.Errorf("%v: got %v", value, got)
		}
	}
}

// As `ip -j -N -6 route` prints them: whoever changes a route hears of it, and would change it again for ever.
func TestRoutesThatAreAsWantedAreLeftAlone(t *testing.T) {
	var kernel []route
	text := `[{"type":"6","dst":"fd00:10:244:40::100/122","dev":"lo","protocol":"12"},
		{"dst":"fd00:10:244:92::40/122","gateway":"fd00:31:99::13","dev":"eth0","protocol":"12"},
		{"dst":"fd00:10:244:40::130","dev":"cali1","protocol":"3"}]`
	if err := json.Unmarshal([]byte(text), &kernel); err != nil {
		t.Fatal(err)
	}
	for want, wanted := range map[string]map[string]string{
		"": {"fd00:10:244:40::100/122": "blackhole", "fd00:10:244:92::40/122": "via fd00:31:99::13", "fd00:10:244:40::130": "via fd00:31:99::12"},
		"route replace fd00:10:244:92::40/122 via fd00:31:99::12 proto 12": {"fd00:10:244:40::100/122": "blackhole", "fd00:10:244:92::40/122": "via fd00:31:99::12"},
		"route del blackhole fd00:10:244:40::100/122 proto 12":             {"fd00:10:244:92::40/122": "via fd00:31:99::13"},
	} {
		if got := strings.Join(changes(wanted, kernel), "\n"); got != want {
			t.Errorf("got %s", got)
		}
	}
}

func annotated(value string) *core.Pod {
	return &core.Pod{
		ObjectMeta: meta.ObjectMeta{
			Namespace: "shop", Name: "web-0", Annotations: map[string]string{annotationFloatingIPs: value},
		},
		Status: core.PodStatus{Phase: core.PodRunning, PodIPs: []core.PodIP{{IP: "10.244.40.130"}}},
	}
}
