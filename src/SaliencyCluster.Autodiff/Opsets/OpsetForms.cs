using System.Collections.Frozen;
using SaliencyCluster.Autodiff.Graphs;

namespace SaliencyCluster.Autodiff.Opsets;

/// <summary>
/// The only place that knows how operators differ between opsets: each row turns a node of any version into the form of
/// opset 18, so that rules know one form. Operators without a row have not changed in a way that matters.
/// </summary>
internal static class OpsetForms
{
    private static readonly FrozenDictionary<string, OpsetForm> _forms =
        new[]
        {
            VersionForms.All, ResizeForms.All, NewerOperators.All, CompositeOperators.All, FusedOperators.All,
            RecurrentOperators.All, SamplingOperators.All, AttentionOperators.All, QuantizedOperators.All,
        }
            .SelectMany(f => f).ToFrozenDictionary(f => f.Op, StringComparer.Ordinal);

    /// <summary>Gets the operators that are written as others, with the operators that take their place.</summary>
    public static IEnumerable<OpsetForm> Composites => _forms.Values.Where(f => f.WrittenAs.Length > 0).OrderBy(f => f.Op, StringComparer.Ordinal);

    /// <summary>Appends a node of the model.</summary>
    public static IReadOnlyList<Value?> Emit(ModelNode node) =>
        _forms.TryGetValue(node.Operator, out var form) ? form.Emit(node)
        : node.Operator == node.Proto.OpType ? node.EmitUnchanged()
        : throw Errors.NoForm(node.Operator, node.Proto.Name, "it is not one of the fused operators that are known here");
}
