using SaliencyCluster.Attribution;

namespace SaliencyCluster.Evaluation.Randomization;

/// <summary>A node with trained parameters.</summary>
/// <param name="Name">The node's name, or the name of its first output where it has none.</param>
/// <param name="Operator">The ONNX operator.</param>
/// <param name="Parameters">Its parameter tensors.</param>
public sealed record WeightLayer(string Name, string Operator, IReadOnlyList<LayerParameter> Parameters)
{
    /// <summary>Gets the number of parameters.</summary>
    public long Count => Parameters.Sum(p => p.Count);
}

/// <summary>A parameter tensor of a layer.</summary>
/// <param name="Tensor">The name of the initializer or constant that holds it.</param>
/// <param name="Role">What it is to the layer.</param>
/// <param name="FanIn">Inputs that each output of the layer sums over; 1 for roles that need none.</param>
/// <param name="Count">Number of elements.</param>
public sealed record LayerParameter(string Tensor, ParameterRole Role, long FanIn, long Count);
