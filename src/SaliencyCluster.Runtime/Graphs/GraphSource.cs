using SaliencyCluster.Autodiff;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Runtime.Graphs;

/// <summary>Names an explanation graph and knows how to make it; it is made only where it is not in a cache.</summary>
/// <param name="ModelHash">Hash of the explained model.</param>
/// <param name="Spec">What the graph computes.</param>
/// <param name="Compile">Makes the graph: a pure function, called on any thread.</param>
public sealed record GraphSource(string ModelHash, ExplanationSpec Spec, Func<ExplanationGraph> Compile)
{
    /// <summary>Gets the identity of the graph: equal keys mean equal graphs.</summary>
    public GraphKey Key => new(ModelHash, Spec.Key);

    /// <summary>Gets the hash of the model that this one was derived from; null for a model as it was given. A derived one is soon done with:
    /// of such models a device keeps the sessions of the last few only.</summary>
    public string? DerivedFrom { get; init; }

    /// <summary>The graph of a model.</summary>
    public static GraphSource Of(OnnxModel model, ExplanationSpec spec) => new(model.Hash, spec, () => ExplanationCompiler.Compile(model, spec))
    {
        DerivedFrom = model.DerivedFrom,
    };

    /// <summary>A graph that is compiled already.</summary>
    public static GraphSource Of(ExplanationGraph graph) => new(graph.ModelHash, graph.Spec, () => graph);
}

/// <summary>Identity of an explanation graph.</summary>
/// <param name="ModelHash">Hash of the explained model.</param>
/// <param name="SpecKey"><see cref="ExplanationSpec.Key"/>.</param>
public readonly record struct GraphKey(string ModelHash, string SpecKey);
