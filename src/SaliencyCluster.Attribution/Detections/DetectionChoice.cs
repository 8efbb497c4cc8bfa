using System.Globalization;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Attribution.Detections;

/// <summary>Chooses a detection: the K-th after score threshold and non-maximum suppression, or the one that shares most with a
/// box.</summary>
/// <param name="threshold">The least score of a detection.</param>
/// <param name="iou">What boxes share at least where they are of one object.</param>
/// <param name="imageIndex">The image, for messages.</param>
internal sealed class DetectionChoice(double threshold, double iou, uint imageIndex)
{
    /// <summary>A row with its class.</summary>
    public readonly record struct Candidate(int Row, int Class, float Score);

    /// <summary>Gets the detections of an image, best first: of each class, those that no better one covers. Of equal scores the first
    /// row counts as better.</summary>
    public IReadOnlyList<Candidate> Detections(DetectionRows rows, bool overlaps)
    {
        var kept = new List<Candidate>();
        foreach (var candidate in Above(rows, null).OrderByDescending(c => c.Score).ThenBy(c => c.Row))
        {
            if (!overlaps || !kept.Any(k => k.Class == candidate.Class
                && rows.Boxes[k.Row].Iou(rows.Boxes[candidate.Row]) > iou)) kept.Add(candidate);
        }
        return kept;
    }

    /// <summary>Gets the K-th detection, from 1.</summary>
    /// <exception cref="SaliencyException">SAL2052: there are fewer.</exception>
    public Candidate Numbered(DetectionRows rows, IReadOnlyList<Candidate> detections, int number)
    {
        if (number <= detections.Count) return detections[number - 1];
        if (detections.Count == 0) throw NoneAbove(rows, null);
        throw new SaliencyException(
            "SAL2052", $"Image {imageIndex} has {detections.Count} detection(s) with a score of at least {Text(threshold)}; there is "
                + $"no number {number}.",
            $"Give a number from 1 to {detections.Count}, or a lower --score-threshold.");
    }

    /// <summary>Gets the row above the threshold that shares most with a box; of equal ones the one with the better score.</summary>
    /// <param name="rows">What the detector says.</param>
    /// <param name="box">The box, in pixels of the model's input.</param>
    /// <param name="class">The class that it must be; null for the best of each row.</param>
    /// <exception cref="SaliencyException">SAL2052: no row is above the threshold. SAL2053: none shares enough with the box.</exception>
    public (Candidate Row, double Iou) At(DetectionRows rows, Box box, int? @class)
    {
        var candidates = Above(rows, @class).Select(c => (Row: c, Iou: rows.Boxes[c.Row].Iou(box))).ToList();
        if (candidates.Count == 0) throw NoneAbove(rows, @class);
        var best = candidates.OrderByDescending(c => c.Iou).ThenByDescending(c => c.Row.Score).ThenBy(c => c.Row.Row).First();
        return best.Iou >= iou && best.Iou > 0 ? best : throw new SaliencyException(
            "SAL2053", $"No detection{Named(@class)} of image {imageIndex} shares enough with the box: of {candidates.Count} with a "
                + $"score of at least {Text(threshold)} the nearest has an intersection over union of {Text(best.Iou)}, and "
                    + $"{Text(iou)} are asked for.",
            "Draw the box closer to the object, give a lower --iou or --score-threshold, or take a detection by its number with "
                + "--detection.");
    }

    private IEnumerable<Candidate> Above(DetectionRows rows, int? @class)
    {
        for (var r = 0; r < rows.Boxes.Length; r++)
        {
            var (c, score) = @class is { } wanted ? (wanted, rows.Of(r, wanted)) : rows.Best(r);
            if (score >= threshold && rows.Boxes[r].Area > 0) yield return new(r, c, score);
        }
    }

    private SaliencyException NoneAbove(DetectionRows rows, int? @class)
    {
        var best = Enumerable.Range(0, rows.Boxes.Length).Select(r => @class is { } c ? rows.Of(r, c)
            : rows.Best(r).Score).DefaultIfEmpty(0).Max();
        return new(
            "SAL2052", $"The model detects nothing{Named(@class)} in image {imageIndex} with a score of at least {Text(threshold)}; "
                + $"the best of {rows.Boxes.Length} rows has {Text(best)}.",
            "Give a lower --score-threshold, look at the image's preprocessing, or name the head with --head if its outputs are read "
                + "wrongly.");
    }

    private static string Named(int? @class) => @class is { } c ? $" of class {c}" : "";

    private static string Text(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
}
