using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Noise;
using SaliencyCluster.Evaluation.Metrics.Faithfulness;

namespace SaliencyCluster.Evaluation.Running;

/// <summary>Names the maps of all images for one question. Equal keys are computed once, however many checks ask.</summary>
/// <param name="State">The model.</param>
/// <param name="Method">The method or control.</param>
/// <param name="Class">Which class is explained.</param>
/// <param name="Perturbation">How the image was perturbed; null for the image itself.</param>
public sealed record MapKey(ModelState State, MethodUnderTest Method, ClassRule Class = ClassRule.Original, ImagePerturbation? Perturbation = null)
{
    /// <summary>Gets a number that tells keys apart: it keys the random control, so that every question gets maps of its own.</summary>
    internal uint Word => BinaryPrimitives.ReadUInt32LittleEndian(
        SHA256.HashData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{State.Hash}\n{Class}\n{Perturbation?.Sample}"))));
}

/// <summary>A small random change of every image.</summary>
/// <param name="Sample">Number of the change.</param>
/// <param name="Radius">Largest change of any value, relative to max - min of the preprocessed image.</param>
/// <param name="Seed">Seed of the change.</param>
public sealed record ImagePerturbation(int Sample, double Radius, ulong Seed)
{
    /// <summary>Changes an image.</summary>
    public Tensor Of(EvaluatedImage image) => Sensitivity.Perturbed(
        image.Pixels, Radius * (image.Pixels.Data.Max() - image.Pixels.Data.Min()),
        new RandomStream(Seed, EvaluationStream.Sensitivity, image.Index, (uint)Sample));
}
