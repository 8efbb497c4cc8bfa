using System.Numerics.Tensors;
using SaliencyCluster.Attribution.Noise;

namespace SaliencyCluster.Attribution.Points;

/// <summary>Builds the points of a round from the image: a pure function of recipe, image, stored baselines and point.</summary>
/// <remarks>Not thread-safe: it keeps the last sample's noise.</remarks>
public sealed class PointFactory
{
    private readonly PointRecipe _recipe;
    private readonly Tensor _image;
    private readonly Tensor[] _baselines;
    private readonly float[] _noisy;
    private readonly Lazy<Tensor[]> _perturbed;
    private int _noisySample = -1;

    /// <summary>Makes a factory for one image.</summary>
    public PointFactory(PointRecipe recipe, Tensor image, IReadOnlyList<Tensor> storedBaselines)
    {
        _recipe = recipe;
        _image = image;
        _baselines = BaselineFactory.All(recipe.Baselines, image, storedBaselines);
        _noisy = recipe.Noise is null ? [] : new float[image.Data.Length];
        _perturbed = new(() => [.. recipe.Perturbation!.Of(image, recipe.PerturbedImage, storedBaselines.FirstOrDefault())]);
    }

    /// <summary>Writes the image at which the network is evaluated.</summary>
    public void Build(Point point, Span<float> destination)
    {
        var image = ImageOf(point);
        switch (_recipe.Path)
        {
            case PathKind.Straight: Paths.StraightPath.Build(image, Baseline(point), point.Alpha, destination); break;
            case PathKind.Occlusion: Paths.OcclusionPath.Build(image, _baselines[0], _recipe.Parameters, point.Variant, destination); break;
            case PathKind.Blur: Paths.BlurPath.Build(image, _image.Shape, _recipe.Parameters, point.Alpha, destination); break;
            case PathKind.RandomMask: Paths.RandomMaskPath.Build(image, _baselines[0], _recipe, point.Variant, destination); break;
            case PathKind.Coalition: Paths.CoalitionPath.Build(image, _baselines[0], _recipe, point.Variant, destination); break;
            case PathKind.ChannelMask: Paths.ChannelMaskPath.Build(image, _image.Shape, _recipe.Anchors[0], point.Variant, destination); break;
            case PathKind.WithoutChannel: Paths.ChannelMaskPath.BuildWithout(_recipe.Anchors[0], point.Variant, destination); break;
            case PathKind.Ends: (point.Variant < 0 ? image : Baseline(point)).CopyTo(destination); break;
            case PathKind.Anchor: _recipe.Anchors[point.Variant].Data.CopyTo(destination); break;
            case PathKind.Perturbed: _perturbed.Value[point.Variant].Data.CopyTo(destination); break;
            default: throw new NotSupportedException($"Path {_recipe.Path} has no factory.");
        }
    }

    /// <summary>Writes what the point's map is multiplied by.</summary>
    /// <param name="point">The point.</param>
    /// <param name="built">What <see cref="Build"/> wrote for it.</param>
    /// <param name="destination">The multiplier.</param>
    public void BuildMultiplier(Point point, ReadOnlySpan<float> built, Span<float> destination)
    {
        if (_recipe.Multiplier == MultiplierKind.Point) built.CopyTo(destination);
        else if (_recipe.Multiplier == MultiplierKind.Segment) Paths.BlurPath.BuildSegment(ImageOf(point), _image.Shape, _recipe.Parameters, point.Alpha, destination);
        else if (_recipe.Multiplier == MultiplierKind.Baseline) Baseline(point).CopyTo(destination);
        else if (_recipe.Multiplier == MultiplierKind.Image) ImageOf(point).CopyTo(destination);
        else TensorPrimitives.Subtract(ImageOf(point), Baseline(point), destination);
    }

    private ReadOnlySpan<float> Baseline(Point point) => _baselines[Math.Max(0, point.Variant)].Data;

    private ReadOnlySpan<float> ImageOf(Point point)
    {
        if (_recipe.Noise is not { } noise || point.Sample < 0) return _image.Data;
        if (point.Sample != _noisySample)
        {
            GaussianNoise.AddTo(_image.Data, noise, point.Sample, _noisy);
            _noisySample = point.Sample;
        }
        return _noisy;
    }
}
