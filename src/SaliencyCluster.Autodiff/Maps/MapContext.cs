using SaliencyCluster.Autodiff.Forward;
using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Autodiff.Reverse;
using SaliencyCluster.Autodiff.Rules;

namespace SaliencyCluster.Autodiff.Maps;

/// <summary>What a map is made from: the forward pass, the explained output, the output gradient and the layer.</summary>
internal sealed record MapContext(ForwardGraph Forward, ExplanationSpec Spec, Value Output, Value OutputGradient, Value? Layer)
{
    public GraphBuilder Graph => Forward.Graph;

    /// <summary>Gets whether the layer holds channels in its last axis.</summary>
    public bool LayerIsChannelsLast { get; init; }

    /// <summary>Gets how a layer of tokens comes on its grid; null for other layers.</summary>
    public Func<Value, Value>? OnGrid { get; init; }

    /// <summary>The gradient of the score with respect to a tensor, by the rules of the spec.</summary>
    public Value Gradient(Value from) => Gradient(from, Spec.Rules);

    /// <summary>The gradient of the score with respect to a tensor, by given rules.</summary>
    public Value Gradient(Value from, GradientRules rules) => Gradients([from], rules)[0];

    /// <summary>The gradients of the score with respect to several tensors, by one reverse pass.</summary>
    public IReadOnlyList<Value> Gradients(IReadOnlyList<Value> from, GradientRules rules)
    {
        var table = VjpRuleTable.Of(rules);
        var path = GradientPath.Find(Forward, from, Output, table);
        var source = Forward.Source.Model.Source;
        if (path.Missing.Count > 0) throw Errors.MissingRules(source, path, Forward.Opset);
        if (!path.Exists) throw Errors.NoPath(source, path.FromName, path.ToName);
        return ReversePass.Append(Forward, path, OutputGradient, table);
    }
}
