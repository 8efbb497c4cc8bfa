using SaliencyCluster.Onnx;

namespace SaliencyCluster.Attribution.Detections;

/// <summary>Reads boxes and scores from a detector's outputs.</summary>
internal static class HeadReader
{
    private const int BoxNumbers = HeadFamilies.BoxNumbers;

    /// <summary>What was looked at: the elements of an output, and its shape without batch.</summary>
    public sealed record Look(float[] Data, IReadOnlyList<long> Shape);

    /// <summary>Reads them.</summary>
    /// <param name="head">How.</param>
    /// <param name="looks">The outputs, in the order of <see cref="DetectionHead.Outputs"/>.</param>
    /// <param name="height">Rows of the model's input.</param>
    /// <param name="width">Columns of the model's input.</param>
    /// <exception cref="SaliencyException">SAL2050: the outputs are not what the head says. SAL2051: their numbers can be read in
    /// several ways.</exception>
    public static DetectionRows Read(DetectionHead head, IReadOnlyList<Look> looks, int height, int width)
    {
        var byName = head.Outputs.Zip(looks).ToDictionary(p => p.First, p => p.Second);
        var boxes = Table(head, head.Boxes, byName[head.Boxes], head.Boxes != head.Scores && ByFours(byName[head.Boxes].Shape));
        var coordinates = Coordinates(head, boxes, height, width);
        if (head.Family == HeadFamilies.EndToEnd) return EndToEnd(head, boxes, coordinates, byName);
        if (head.Boxes != head.Scores) return Pair(head, boxes.Rows, coordinates, byName[head.Scores]);
        var before = HeadFamilies.NumbersBefore(head.Family);
        var classes = boxes.Numbers - before - head.Extra;
        if (classes < 1) throw Unfit(head, $"its rows have {boxes.Numbers} numbers");
        var probabilities = ClassScores.Of(head, boxes, before, classes);
        var scores = probabilities.Values;
        var objectness = before > BoxNumbers ? ClassScores.Of(head, boxes, BoxNumbers, 1) : null;
        for (var i = 0; i < scores.Length && objectness is not null; i++) scores[i] *= objectness.Values[i / classes];
        return new(coordinates.Boxes, scores, classes,
            $"{coordinates.Read}; {(before > BoxNumbers ? "objectness times " : "")}{probabilities.Read}")
        {
            Background = probabilities.Background,
            Objectness = objectness?.Values,
            // One word says the form of both; where they differ each image is read by its own numbers.
            Words =
            [
                .. coordinates.Words,
                .. probabilities.Words.Skip(objectness is null || objectness.Words[0] == probabilities.Words[0] ? 0 : 1),
            ],
            Target = (row, c) => boxes.Index(row, before + c),
        };
    }

    private static DetectionRows Pair(DetectionHead head, int places, BoxReading boxes, Look look)
    {
        var firstIsPlaces = look.Shape.Where(d => d != 1).ToList() is not [var first, _] || first == places;
        var table = Table(head, head.Scores, look, !firstIsPlaces);
        if (table.Rows != places) throw Unfit(head, $"it has {places} boxes and scores of {table.Rows} places");
        var scores = ClassScores.Of(head, table, 0, table.Numbers);
        return new(boxes.Boxes, scores.Values, table.Numbers, $"{boxes.Read}; {scores.Read}") { Background = scores.Background,
            Words = [.. boxes.Words, .. scores.Words], Target = table.Index };
    }

    private static DetectionRows EndToEnd(DetectionHead head, OutputTable rows, BoxReading boxes, Dictionary<string, Look> looks)
    {
        if (head.ClassIds is null)
        {
            if (rows.Numbers < BoxNumbers + 2) throw Unfit(head, $"its rows have {rows.Numbers} numbers");
            var own = Enumerable.Range(0, rows.Rows).Select(r => rows[r, BoxNumbers]).ToArray();
            return new(boxes.Boxes, own, 1, $"{boxes.Read}; score and class of each row")
            {
                ClassIds = [.. Enumerable.Range(0, rows.Rows).Select(r => (int)MathF.Round(rows[r, BoxNumbers + 1]))],
                Words = boxes.Words,
                Target = (row, _) => rows.Index(row, BoxNumbers),
            };
        }
        var (scores, ids) = (Table(head, head.Scores, looks[head.Scores], false), Table(head, head.ClassIds, looks[head.ClassIds], false));
        if (scores.Rows != rows.Rows || ids.Rows != rows.Rows) throw Unfit(head,
            $"it has {rows.Rows} boxes, {scores.Rows} scores and {ids.Rows} classes");
        var count = head.Count is null ? rows.Rows : (int)MathF.Round(looks[head.Count].Data[0]);
        return new(boxes.Boxes, [.. Enumerable.Range(0, rows.Rows).Select(r => r < count ? scores[r, 0] : 0)], 1,
            $"{boxes.Read}; score and class of each row")
        {
            ClassIds = [.. Enumerable.Range(0, rows.Rows).Select(r => (int)MathF.Round(ids[r, 0]))],
            Words = boxes.Words,
            Target = (row, _) => scores.Index(row, 0),
        };
    }

    private static BoxReading Coordinates(DetectionHead head, OutputTable table, int height, int width)
    {
        if (table.Numbers < BoxNumbers) throw Unfit(head, $"its rows have {table.Numbers} numbers, a box needs {BoxNumbers}");
        return BoxReading.Of(head,
            Enumerable.Range(0, table.Rows).Select(r => (table[r, 0], table[r, 1], table[r, 2], table[r, 3])).ToArray(), height, width);
    }

    private static OutputTable Table(DetectionHead head, string output, Look look, bool columns) =>
        OutputTable.Of(look.Data, look.Shape, columns || head.Columns)
            ?? throw Unfit(head, $"output '{output}' has shape [{string.Join(',', look.Shape)}]");

    // [4,N]
    private static bool ByFours(IReadOnlyList<long> shape) => shape.Where(d => d != 1).ToList() is [BoxNumbers, not BoxNumbers];

    internal static SaliencyException Unfit(DetectionHead head, string why) => new(
        "SAL2050", $"The model's outputs are not those of a detection head '{head.Family}': {why}.",
            "Name another family with --head, or explain elements of an output with --target.");
}
