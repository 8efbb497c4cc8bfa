using SaliencyCluster.Attribution;

namespace SaliencyCluster.Cli.Commands.Visualize;

/// <summary>Where a channel answered to an image.</summary>
/// <param name="Index">The image.</param>
/// <param name="Predicted">What the model says of it.</param>
/// <param name="Value">The channel's greatest activation.</param>
/// <param name="Row">Where it is on the layer's grid.</param>
/// <param name="Column">Where it is.</param>
/// <param name="Plane">The channel's activations, <c>[h,w]</c>.</param>
internal sealed record UnitHit(int Index, string Predicted, float Value, int Row, int Column, Tensor Plane);

/// <summary>What a channel answered to, and what it matters.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Best">The images that it answers to most, most first.</param>
/// <param name="Mean">The mean over all images of its greatest activation.</param>
/// <param name="Loss">The mean over all images of what the class's score loses without it; null where no class is looked at.</param>
/// <param name="LossError">The standard error of that mean; null for one image.</param>
internal sealed record UnitLook(int Channel, IReadOnlyList<UnitHit> Best, double Mean, double? Loss, double? LossError);

/// <summary>Gathers what channels answer to, image by image; keeps no more than the best of each.</summary>
/// <param name="top">How many images of a channel are kept.</param>
internal sealed class UnitLooks(int top)
{
    private List<UnitHit>[] _best = [];
    private double[] _sums = [], _losses = [], _squares = [];

    /// <summary>Gets how many images were looked at.</summary>
    public int Images { get; private set; }

    /// <summary>Gets the shape of the first one, channels first; null before it.</summary>
    public int[]? ImageShape { get; private set; }

    /// <summary>Gets the layer's shape at the first image; null before it.</summary>
    public int[]? LayerShape { get; private set; }

    /// <summary>Adds what a layer says of an image.</summary>
    public void Add(UnitAnswer answer)
    {
        var (channels, height, width) = (answer.Activation.Shape[0], answer.Activation.Shape[1], answer.Activation.Shape[2]);
        if (Images++ == 0)
        {
            (ImageShape, LayerShape) = (answer.ImageShape, answer.Activation.Shape);
            _best = [.. Enumerable.Range(0, channels).Select(_ => new List<UnitHit>())];
            (_sums, _losses, _squares) = (new double[channels], new double[channels], new double[channels]);
        }
        for (var c = 0; c < channels; c++)
        {
            var plane = answer.Activation.Data.AsSpan(c * height * width, height * width);
            var at = System.Numerics.Tensors.TensorPrimitives.IndexOfMax<float>(plane);
            _sums[c] += plane[at];
            if (answer.Losses is { } losses) (_losses[c], _squares[c]) = (_losses[c] + losses[c],
                _squares[c] + ((double)losses[c] * losses[c]));
            if (Place(_best[c], answer.Index, plane[at]) is >= 0 and var place)
                Keep(_best[c], place, new(answer.Index, answer.Predicted, plane[at], at / width, at % width, new([height, width],
                    plane.ToArray())));
        }
    }

    /// <summary>Gets the channels in their order.</summary>
    /// <param name="ofClass">Whether a class was looked at.</param>
    public IReadOnlyList<UnitLook> Channels(bool ofClass) =>
    [
        .. _best.Select((best, c) => new UnitLook(c, best, _sums[c] / Images, ofClass ? _losses[c] / Images : null, ofClass && Images > 1
            ? Error(c) : null)),
    ];

    // Images that answer alike stay in their order, whichever came first; -1 where it is none of the best.
    private int Place(List<UnitHit> best, int index, float value)
    {
        var at = best.FindIndex(b => value > b.Value || (value == b.Value && index < b.Index));
        return at >= 0 ? at : best.Count < top ? best.Count : -1;
    }

    private void Keep(List<UnitHit> best, int place, UnitHit hit)
    {
        best.Insert(place, hit);
        if (best.Count > top) best.RemoveAt(top);
    }

    private double Error(int channel)
    {
        var mean = _losses[channel] / Images;
        return Math.Sqrt(Math.Max(0, (_squares[channel] / Images) - (mean * mean)) / (Images - 1));
    }
}
