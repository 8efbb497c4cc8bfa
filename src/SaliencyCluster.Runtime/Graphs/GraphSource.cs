using SaliencyCluster.Autodiff;
using SaliencyCluster.Onnx;
using SaliencyCluster.Runtime.Prepared;

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

    /// <summary>Gets whether nobody is known to have run the graph: then a process of its own does so first, where the device has
    /// that.</summary>
    public bool IsUntried { get; init; }

    /// <summary>Gets the graph as it was found prepared on disk; null where nobody has looked yet or there is none.</summary>
    internal PreparedGraph? Prepared { get; init; }

    /// <summary>Gets how the graph for another kind of device is made; null where there is this one only.</summary>
    private Func<ExplanationSpec, GraphSource>? Other { get; init; }

    /// <summary>The graph of a model.</summary>
    public static GraphSource Of(OnnxModel model, ExplanationSpec spec) => new(model.Hash, spec, () => ExplanationCompiler.Compile(model, spec))
    {
        DerivedFrom = model.DerivedFrom,
        Other = other => Of(model, other),
    };

    /// <summary>Gets the same for a kind of device: whoever asks need not know which device will do the work.</summary>
    /// <param name="device">The kind.</param>
    /// <param name="makesPoints">Whether graphs make their points there, where they can.</param>
    /// <param name="precision">The precision of convolutions there.</param>
    public GraphSource For(DeviceKind device, bool makesPoints, Precision precision = Precision.Float32)
    {
        var spec = Spec with { Device = device, Points = makesPoints ? Spec.Points : null, Precision = precision };
        return Other is null || spec == Spec ? this : Other(spec) with { IsUntried = IsUntried };
    }

    /// <summary>A graph that is compiled already.</summary>
    public static GraphSource Of(ExplanationGraph graph) => new(graph.ModelHash, graph.Spec, () => graph);
}
