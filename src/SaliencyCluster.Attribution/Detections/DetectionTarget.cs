using SaliencyCluster.Onnx;

namespace SaliencyCluster.Attribution.Detections;

/// <summary>Which detection of an image is explained.</summary>
/// <param name="Head">How the model's outputs are read.</param>
/// <param name="Labels">Class names, or empty.</param>
/// <param name="Threshold">The least score of a detection.</param>
/// <param name="Iou">What boxes share at least where they are of one object.</param>
/// <param name="Number">The number of the detection, from 1; null where it is found by a box.</param>
/// <param name="Box">The box; null where a number is given.</param>
internal sealed record DetectionTarget(DetectionHead Head, IReadOnlyList<string> Labels, double Threshold, double Iou, int? Number,
    BoxTarget? Box)
{
    private const int MaxListed = 20;

    /// <summary>Chooses it.</summary>
    /// <param name="looks">The outputs of the head at the image, in its order.</param>
    /// <param name="imageShape">Shape of the image, channels first.</param>
    /// <param name="frame">Where the picture lies in it; null where there was none.</param>
    /// <param name="imageIndex">The image, for messages.</param>
    /// <exception cref="SaliencyException">SAL2050, SAL2051: the outputs cannot be read. SAL2052, SAL2053, SAL2054: there is no such
    /// detection.</exception>
    public ChosenDetection Choose(IReadOnlyList<HeadReader.Look> looks, IReadOnlyList<int> imageShape,
        PictureFrame? frame, uint imageIndex)
    {
        var rows = HeadReader.Read(Head, looks, imageShape[1], imageShape[2]);
        var choice = new DetectionChoice(Threshold, Iou, imageIndex);
        var detections = choice.Detections(rows, Head.Overlaps);
        var (chosen, shared) = Number is { } number
            ? (choice.Numbered(rows, detections, number), (double?)null)
            : choice.At(rows, frame?.ToModel(Box!.Box) ?? Box!.Box, ClassOf(Box.Class, rows));
        var box = rows.Boxes[chosen.Row];
        var place = detections.Index().Where(d => d.Item.Row == chosen.Row && d.Item.Class == chosen.Class).Select(d =>
            (int?)(d.Index + 1)).FirstOrDefault();
        var found = new Detection(Head.Family, [box.X0, box.Y0, box.X1, box.Y1], chosen.Class, chosen.Score, chosen.Row)
        {
            Label = LabelOf(chosen.Class, rows),
            Iou = shared,
            Number = place,
            Of = detections.Count,
            Listed = [.. detections.Take(MaxListed).Select((d, i) => Listed(i + 1, d, rows))],
            Read = rows.Read,
            Pixels = Detection.Input,
            Width = imageShape[2],
            Height = imageShape[1],
        };
        var similarity = new DetectionSimilarity(
            Head with { Words = [.. rows.Words] }, [.. looks.Select(l => l.Shape)], imageShape[1], imageShape[2], box,
            rows.Profile(chosen.Row), rows.Shows(chosen.Row));
        return new(frame is null ? found : found.On(frame), rows.Target(chosen.Row, chosen.Class), similarity);
    }

    private ListedDetection Listed(int number, DetectionChoice.Candidate found, DetectionRows rows)
    {
        var box = rows.Boxes[found.Row];
        return new(number, found.Class, found.Score, [box.X0, box.Y0, box.X1, box.Y1]) { Label = LabelOf(found.Class, rows) };
    }

    // Lists of labels mostly leave the background out.
    private int Shift(DetectionRows rows) => rows.Background == 0 && Labels.Count == rows.Classes - 1 ? 1 : 0;

    private string? LabelOf(int @class, DetectionRows rows) => @class - Shift(rows) is >= 0 and var at && at < Labels.Count
        && Labels[at].Length > 0 ? Labels[at] : null;

    private int? ClassOf(string? text, DetectionRows rows)
    {
        if (text is null) return null;
        int[] named = [.. Labels.Index().Where(l => l.Item == text).Select(l => l.Index + Shift(rows))];
        var index = named.Length == 1 ? named[0] : int.TryParse(text, out var i) ? i : -1;
        if (index >= 0 && (rows.ClassIds is not null || index < rows.Classes) && index != rows.Background) return index;
        throw new SaliencyException(
            "SAL2054", $"'{text}' is no class of the detector{(index == rows.Background && index >= 0 ? ": it is its background" : "")}.",
            Labels.Count == 0 ? "Give a class index; the model has no labels." : "Give a class index or one of the model's labels.");
    }
}
