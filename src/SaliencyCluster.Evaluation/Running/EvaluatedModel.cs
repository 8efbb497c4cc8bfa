using SaliencyCluster.Autodiff;
using SaliencyCluster.Evaluation.Randomization;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Evaluation.Running;

/// <summary>What checks know of a model; its weights are not among it, so that a client needs no more than this.</summary>
/// <param name="Name">Name in results.</param>
/// <param name="Summary">What is known of the graph; its hash is the identity.</param>
/// <param name="Layers">Layers with trained weights, from image to output.</param>
/// <param name="Labels">Class names, or empty.</param>
public sealed record EvaluatedModel(string Name, ModelSummary Summary, IReadOnlyList<WeightLayer> Layers, IReadOnlyList<string> Labels)
{
    /// <summary>Gets the model as it is.</summary>
    public ModelState Trained { get; } = new(Name, Summary.Hash);

    /// <summary>Reads what checks need from a model.</summary>
    public static EvaluatedModel Of(string name, OnnxModel model, IReadOnlyList<string> labels) =>
        new(name, ModelSummary.Of(model), WeightLayers.Of(model), labels);

    /// <summary>The model with some layers randomised.</summary>
    public ModelState Randomized(RandomizationSpec spec) => new(Name, Summary.Hash, spec);
}
