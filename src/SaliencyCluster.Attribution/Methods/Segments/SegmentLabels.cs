using SaliencyCluster.Attribution.Methods.Xrai;
using SaliencyCluster.Attribution.Planes;
using SaliencyCluster.Attribution.Points.Paths;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Attribution.Methods.Segments;

/// <summary>The segment of every pixel of an image, row by row.</summary>
/// <param name="Numbers">From 0 up, without gaps.</param>
/// <param name="Count">How many segments there are.</param>
internal sealed record SegmentLabels(int[] Numbers, int Count)
{
    // As scikit-image has them.
    private const double Sigma = 0.8;
    private const int MinSize = 20;

    /// <summary>Says about how many operations cutting an image takes.</summary>
    public static long Operations(ExplanationRequest request, IReadOnlyList<int> imageShape) =>
        SegmentSpec.Parse(request.Segments!)!.Value.Kind switch
    {
        SegmentKind.Slic => Saturated.Product(10 * 25 * 4, Saturated.Elements(imageShape)),
        SegmentKind.Felzenszwalb => Saturated.Product(500, Saturated.Elements(imageShape)),
        _ => 0,
    };

    /// <summary>Cuts an image as a request says: a pure function of its arguments.</summary>
    /// <exception cref="SaliencyException">SAL2041, SAL2042, SAL2045: a file of segments is missing, of another size, or no segments;
    /// SAL2044: there are too many.</exception>
    public static SegmentLabels Of(MethodContext context)
    {
        var (kind, number) = SegmentSpec.Parse(context.Options.Segments!)!.Value;
        var (height, width) = (context.Image.Shape[1], context.Image.Shape[2]);
        var labels = kind switch
        {
            SegmentKind.Grid => new SegmentGrid((int)number, height, width).Labels(),
            SegmentKind.Slic => SlicSegmentation.Segment(Stretched(context.Image), (int)number),
            SegmentKind.Felzenszwalb => FelzenszwalbSegmentation.Segment(Stretched(context.Image), number, Sigma, MinSize),
            _ => FromFile(context, height, width),
        };
        var count = labels.Max() + 1;
        return kind == SegmentKind.Grid || count <= SegmentSpec.MaxSegments ? new(labels, count) : throw new SaliencyException(
            "SAL2044", $"Segments '{Echo.Of(context.Options.Segments!)}' cut image {context.ImageIndex} into {count}; "
                + $"there may be {SegmentSpec.MaxSegments}.",
            kind == SegmentKind.Felzenszwalb ? "Give a larger scale: segments get larger with it." : "Join segments that belong together.");
    }

    /// <summary>Numbers segments in the order of their first pixels, from 0 and without gaps.</summary>
    public static int[] Numbered(int[] labels)
    {
        var numbers = new Dictionary<int, int>();
        return Array.ConvertAll(labels, l => numbers.TryGetValue(l, out var n) ? n : numbers[l] = numbers.Count);
    }

    private static Plane[] Stretched(Tensor image)
    {
        double least = image.Data.Min(), range = image.Data.Max() - least;
        return [.. MapView.Channels(image).Select(c => c.Select(v => range == 0 ? 0 : (v - least) / range))];
    }

    private static int[] FromFile(MethodContext context, int height, int width)
    {
        var place = BaselineSpec.Files(context.Options.Baseline).Count;
        if (place >= context.Stored.Count)
            throw new SaliencyException("SAL2042", "The segments were not sent with the request.", "Send them again with the request.");
        var file = context.Stored[place];
        if (!file.Shape.AsSpan().SequenceEqual([1, height, width]))
            throw new SaliencyException(
                "SAL2041", $"The segments have shape [{string.Join(',', file.Shape[1..])}]; the image is {height} x {width} as "
                    + "the model sees it.",
                "Give a number for every pixel of the prepared image: height and width of the model's input.");
        foreach (var value in file.Data)
            if (value != Math.Floor(value) || Math.Abs(value) > 1 << 24)
                throw new SaliencyException(
                    "SAL2045", $"The segments hold {value}, which is no number of a segment.",
                        "Give whole numbers, the same for all pixels of a segment.");
        return Numbered(Array.ConvertAll(file.Data, v => (int)v));
    }
}
