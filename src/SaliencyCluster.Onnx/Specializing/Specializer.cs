namespace SaliencyCluster.Onnx;

/// <summary>Makes a model concrete for given input shapes.</summary>
public static class Specializer
{
    /// <summary>Infers static shapes for every tensor and folds constants.</summary>
    /// <param name="model">A checked model.</param>
    /// <param name="inputShapes">The full shape of every graph input, batch included.</param>
    /// <param name="limits">Limits for tensors and nodes; the defaults where null.</param>
    /// <exception cref="SaliencyException">SAL10xx: a shape does not fit; names the node and both shapes.</exception>
    public static SpecializedGraph Specialize(
        OnnxModel model, IReadOnlyDictionary<string, long[]> inputShapes, ReadLimits? limits = null) =>
        new Specializing.Specialization(model, limits ?? new()).Run(inputShapes);
}
