// Serves schema.json by Terraform's plugin protocol, so that `terraform validate` and `terraform test` know the google provider's schema
// without the provider. It checks and plans; it can apply nothing.
package main

import (
	"context"
	_ "embed"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tfprotov5/tf5server"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

//go:embed schema.json
var raw []byte

type attr struct {
	T              any
	Req, Opt, Comp bool
}
type nested struct {
	Nest     string
	Max, Min int64
	Block    block
}
type block struct {
	Attrs  map[string]attr
	Blocks map[string]nested
}
type root struct {
	Provider        *block
	Resources, Data map[string]block
}

func typ(t any) tftypes.Type {
	switch v := t.(type) {
	case string:
		return map[string]tftypes.Type{"string": tftypes.String, "number": tftypes.Number, "bool": tftypes.Bool, "dynamic": tftypes.DynamicPseudoType}[v]
	case []any:
		e := typ(v[1])
		switch v[0] {
		case "list":
			return tftypes.List{ElementType: e}
		case "set":
			return tftypes.Set{ElementType: e}
		case "map":
			return tftypes.Map{ElementType: e}
		}
	}
	panic("type")
}
func conv(b block) *tfprotov5.SchemaBlock {
	o := &tfprotov5.SchemaBlock{}
	for n, a := range b.Attrs {
		o.Attributes = append(o.Attributes, &tfprotov5.SchemaAttribute{Name: n, Type: typ(a.T), Required: a.Req, Optional: a.Opt, Computed: a.Comp})
	}
	for n, x := range b.Blocks {
		m := map[string]tfprotov5.SchemaNestedBlockNestingMode{"list": tfprotov5.SchemaNestedBlockNestingModeList, "set": tfprotov5.SchemaNestedBlockNestingModeSet, "single": tfprotov5.SchemaNestedBlockNestingModeSingle, "map": tfprotov5.SchemaNestedBlockNestingModeMap}[x.Nest]
		o.BlockTypes = append(o.BlockTypes, &tfprotov5.SchemaNestedBlock{TypeName: n, Block: conv(x.Block), Nesting: m, MinItems: x.Min, MaxItems: x.Max})
	}
	return o
}

type srv struct {
	tfprotov5.ProviderServer
	resp *tfprotov5.GetProviderSchemaResponse
}

func (s *srv) GetMetadata(context.Context, *tfprotov5.GetMetadataRequest) (*tfprotov5.GetMetadataResponse, error) {
	r := &tfprotov5.GetMetadataResponse{ServerCapabilities: s.resp.ServerCapabilities}
	return r, nil
}
func (s *srv) GetProviderSchema(context.Context, *tfprotov5.GetProviderSchemaRequest) (*tfprotov5.GetProviderSchemaResponse, error) {
	return s.resp, nil
}
func (s *srv) PrepareProviderConfig(_ context.Context, r *tfprotov5.PrepareProviderConfigRequest) (*tfprotov5.PrepareProviderConfigResponse, error) {
	return &tfprotov5.PrepareProviderConfigResponse{PreparedConfig: r.Config}, nil
}
func (s *srv) ConfigureProvider(context.Context, *tfprotov5.ConfigureProviderRequest) (*tfprotov5.ConfigureProviderResponse, error) {
	return &tfprotov5.ConfigureProviderResponse{}, nil
}
func (s *srv) StopProvider(context.Context, *tfprotov5.StopProviderRequest) (*tfprotov5.StopProviderResponse, error) {
	return &tfprotov5.StopProviderResponse{}, nil
}
func (s *srv) ValidateResourceTypeConfig(context.Context, *tfprotov5.ValidateResourceTypeConfigRequest) (*tfprotov5.ValidateResourceTypeConfigResponse, error) {
	return &tfprotov5.ValidateResourceTypeConfigResponse{}, nil
}
func (s *srv) ValidateDataSourceConfig(context.Context, *tfprotov5.ValidateDataSourceConfigRequest) (*tfprotov5.ValidateDataSourceConfigResponse, error) {
	return &tfprotov5.ValidateDataSourceConfigResponse{}, nil
}
func (s *srv) UpgradeResourceState(_ context.Context, r *tfprotov5.UpgradeResourceStateRequest) (*tfprotov5.UpgradeResourceStateResponse, error) {
	v, err := r.RawState.Unmarshal(s.resp.ResourceSchemas[r.TypeName].ValueType())
	if err != nil {
		return nil, err
	}
	d, err := tfprotov5.NewDynamicValue(s.resp.ResourceSchemas[r.TypeName].ValueType(), v)
	return &tfprotov5.UpgradeResourceStateResponse{UpgradedState: &d}, err
}
func (s *srv) ReadResource(_ context.Context, r *tfprotov5.ReadResourceRequest) (*tfprotov5.ReadResourceResponse, error) {
	return &tfprotov5.ReadResourceResponse{NewState: r.CurrentState}, nil
}

// plan: every computed attribute left null on create becomes unknown (top level only)
func (s *srv) PlanResourceChange(_ context.Context, r *tfprotov5.PlanResourceChangeRequest) (*tfprotov5.PlanResourceChangeResponse, error) {
	sc := s.resp.ResourceSchemas[r.TypeName]
	t := sc.ValueType()
	prior, err := r.PriorState.Unmarshal(t)
	if err != nil {
		return nil, err
	}
	v, err := r.ProposedNewState.Unmarshal(t)
	if err != nil {
		return nil, err
	}
	if v.IsNull() || !prior.IsNull() {
		return &tfprotov5.PlanResourceChangeResponse{PlannedState: r.ProposedNewState}, nil
	}
	m := map[string]tftypes.Value{}
	if err := v.As(&m); err != nil {
		return nil, err
	}
	for _, a := range sc.Block.Attributes {
		if a.Computed && m[a.Name].IsNull() {
			m[a.Name] = tftypes.NewValue(a.Type, tftypes.UnknownValue)
		}
	}
	d, err := tfprotov5.NewDynamicValue(t, tftypes.NewValue(t, m))
	return &tfprotov5.PlanResourceChangeResponse{PlannedState: &d}, err
}
func (s *srv) ApplyResourceChange(context.Context, *tfprotov5.ApplyResourceChangeRequest) (*tfprotov5.ApplyResourceChangeResponse, error) {
	return &tfprotov5.ApplyResourceChangeResponse{Diagnostics: []*tfprotov5.Diagnostic{{Severity: tfprotov5.DiagnosticSeverityError, Summary: "schema-only stub: cannot apply"}}}, nil
}

func main() {
	var r root
	if err := json.Unmarshal(raw, &r); err != nil {
		panic(err)
	}
	resp := &tfprotov5.GetProviderSchemaResponse{ResourceSchemas: map[string]*tfprotov5.Schema{}, DataSourceSchemas: map[string]*tfprotov5.Schema{}, Provider: &tfprotov5.Schema{Block: conv(*r.Provider)}, ServerCapabilities: &tfprotov5.ServerCapabilities{GetProviderSchemaOptional: true}}
	for n, b := range r.Resources {
		resp.ResourceSchemas[n] = &tfprotov5.Schema{Block: conv(b)}
	}
	for n, b := range r.Data {
		resp.DataSourceSchemas[n] = &tfprotov5.Schema{Block: conv(b)}
	}
	if err := tf5server.Serve("registry.terraform.io/hashicorp/google", func() tfprotov5.ProviderServer { return &srv{resp: resp} }); err != nil {
		panic(err)
	}
}
