using SaliencyCluster.Attribution.Noise;
using SaliencyCluster.Attribution.Points.Perturbations;

namespace SaliencyCluster.Attribution.Points;

/// <summary>What the path is that <see cref="Point.Alpha"/> runs along.</summary>
public enum PathKind
{
    /// <summary><c>x = baseline + alpha * (image + noise - baseline)</c>, rounded to float32 once; exactly image plus noise where alpha is 1.</summary>
    Straight,

    /// <summary>The image under a Gaussian blur whose sigma falls with alpha.</summary>
    Blur,

    /// <summary>The image with window number <see cref="Point.Variant"/> replaced by the baseline.</summary>
    Occlusion,

    /// <summary>The image under random mask number <see cref="Point.Variant"/>.</summary>
    RandomMask,

    /// <summary>Tensor number <see cref="Point.Variant"/> of <see cref="PointRecipe.Anchors"/>.</summary>
    Anchor,

    /// <summary>Baseline number <see cref="Point.Variant"/>, whatever alpha says; the image plus noise where it is -1.</summary>
    Ends,

    /// <summary>Copy number <see cref="Point.Variant"/> of <see cref="PointRecipe.Perturbation"/>.</summary>
    Perturbed,

    /// <summary>The image in the segments of coalition number <see cref="Point.Variant"/>, the baseline elsewhere.</summary>
    Coalition,

    /// <summary>The image times channel number <see cref="Point.Variant"/> of the layer's activation that is the first anchor, enlarged and
    /// scaled to 0 to 1.</summary>
    ChannelMask,

    /// <summary>The first anchor, an activation, with channel number <see cref="Point.Variant"/> zero; whole where it is -1.</summary>
    WithoutChannel,
}

/// <summary>What each point's map is multiplied by before it is summed.</summary>
public enum MultiplierKind
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The point itself: gradient times (noisy) input.</summary>
    Point,

    /// <summary>Image plus noise minus the point's baseline: each sample of a path method.</summary>
    Difference,

    /// <summary>The change of the image over the step of the path that the point lies in the middle of; for blur paths.</summary>
    Segment,

    /// <summary>Nothing: the point's baseline, which DeepLIFT's graph compares the point with and takes off it itself.</summary>
    Baseline,

    /// <summary>Nothing: the image, for ways around the layer whose activations the points are.</summary>
    Image,
}

/// <summary>How a worker builds the points of a round from image and baselines. Plain data: it travels and is stored.</summary>
public sealed record PointRecipe
{
    /// <summary>Gets the path.</summary>
    public PathKind Path { get; init; }

    /// <summary>Gets the baselines; empty means zeros. <see cref="Point.Variant"/> chooses one on straight paths.</summary>
    public IReadOnlyList<BaselineRecipe> Baselines { get; init; } = [];

    /// <summary>Gets the noise, if any.</summary>
    public NoiseRecipe? Noise { get; init; }

    /// <summary>Gets the multiplier.</summary>
    public MultiplierKind Multiplier { get; init; }

    /// <summary>Gets further numbers of the path (window and stride sizes, blur sigma, mask grid and probability), as its factory reads them.</summary>
    public IReadOnlyList<double> Parameters { get; init; } = [];

    /// <summary>Gets points given outright, for methods whose path depends on what came before.</summary>
    public IReadOnlyList<Tensor> Anchors { get; init; } = [];

    /// <summary>Gets how copies of the image are changed; the map that it may read is the first stored baseline.</summary>
    public Perturbation? Perturbation { get; init; }

    /// <summary>Gets the index of the image, which keys what is random in <see cref="Perturbation"/>.</summary>
    public uint PerturbedImage { get; init; }
}
