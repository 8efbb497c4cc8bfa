using SaliencyCluster.Onnx.Models;
using SaliencyCluster.Onnx.Specializing;

namespace SaliencyCluster.Onnx;

/// <summary>Makes a model concrete for given input shapes.</summary>
public static class Specializer
{
    /// <summary>Infers static shapes for every tensor and folds constants.</summary>
    /// <param name="model">A checked model.</param>
    /// <param name="inputShapes">The full shape of every graph input, batch included.</param>
    /// <param name="limits">Limits for tensors and nodes; the defaults where null.</param>
    /// <remarks>
    /// A model with a fixed batch of 1 is made for a larger batch where it is proven that each image then gets what it would get
    /// alone, and one with a fixed batch of many images for one or any other number; what has the batch written into it is
    /// repaired. <see cref="SpecializedGraph.Batch"/> says how that went.
    /// </remarks>
    /// <exception cref="SaliencyException">
    /// SAL10xx: a shape does not fit; names the node and both shapes. SAL1017: a batch over 1 of a model for one image, without proof.
    /// SAL1019: another batch than a model declares that mixes its images.
    /// </exception>
    public static SpecializedGraph Specialize(
        OnnxModel model, IReadOnlyDictionary<string, long[]> inputShapes, ReadLimits? limits = null)
    {
        limits ??= new();
        return inputShapes.TryGetValue(model.ImageInput, out var image) && image is [> 0 and var batch, ..]
            && (batch > 1 || GraphInputs.DeclaredBatch(model) > 1) ? BatchSpecialization.Run(model, inputShapes, batch, limits)
            : new Specialization(model, limits).Run(inputShapes);
    }

    /// <summary>Tries to prove that images can be evaluated together.</summary>
    /// <param name="model">A checked model.</param>
    /// <param name="imageShape">The shape of one image, without batch.</param>
    /// <exception cref="SaliencyException">
    /// SAL10xx: the model does not fit this image even alone. SAL1019: it mixes the images that it declares.
    /// </exception>
    public static BatchProof ProveBatch(OnnxModel model, IReadOnlyList<long> imageShape)
    {
        try
        {
            return Specialize(model, new Dictionary<string, long[]> { [model.ImageInput] = [2, .. imageShape] }).Batch!;
        }
        catch (SaliencyException e) when (e.Code == "SAL1017")
        {
            return new(false, e.What, []);
        }
    }
}
