package main

import (
	"sort"

	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
)

// clients of the API server, as a pod's account.
type clients struct {
	config  *rest.Config
	typed   *kubernetes.Clientset
	dynamic *dynamic.DynamicClient
}

func connect() (clients, error) {
	config, err := rest.InClusterConfig()
	if err != nil {
		return clients{}, err
	}
	config.QPS, config.Burst = 50, 100
	typed, err := kubernetes.NewForConfig(config)
	if err != nil {
		return clients{}, err
	}
	open, err := dynamic.NewForConfig(config)
	return clients{config, typed, open}, err
}

// store: what an informer holds now.
type store[T meta.Object] struct {
	informer cache.SharedInformer
}

// all in a fixed order.
func (s store[T]) all() []T {
	var all []T
	for _, object := range s.informer.GetStore().List() {
		all = append(all, object.(T))
	}
	sort.Slice(all, func(i, j int) bool {
		return all[i].GetNamespace()+"/"+all[i].GetName() < all[j].GetNamespace()+"/"+all[j].GetName()
	})
	return all
}

// watch objects of a kind; changed gets a word after each change.
func watch[T meta.Object](client rest.Interface, kind string, selector fields.Selector, example runtime.Object, changed chan<- struct{}) store[T] {
	list := cache.NewListWatchFromClient(client, kind, meta.NamespaceAll, selector)
	return started[T](cache.NewSharedInformer(list, example, 0), changed)
}

// watchCalico: objects of the group that Felix and BIRD's confd read.
func (c clients) watchCalico(kind string, changed chan<- struct{}) store[*unstructured.Unstructured] {
	resource := schema.GroupVersionResource{Group: "crd.projectcalico.org", Version: "v1", Resource: kind}
	factory := dynamicinformer.NewDynamicSharedInformerFactory(c.dynamic, 0)
	return started[*unstructured.Unstructured](factory.ForResource(resource).Informer(), changed)
}

func started[T meta.Object](informer cache.SharedInformer, changed chan<- struct{}) store[T] {
	notify := func() {
		select {
		case changed <- struct{}{}:
		default:
		}
	}
	_, _ = informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(any) { notify() },
		UpdateFunc: func(any, any) { notify() },
		DeleteFunc: func(any) { notify() },
	})
	go informer.Run(make(chan struct{}))
	return store[T]{informer}
}
