namespace SaliencyCluster.Attribution.Detections;

/// <summary>The families of detectors whose outputs can be read, and the words that say more of their numbers.</summary>
public static class HeadFamilies
{
    /// <summary>Rows of box, objectness and class scores: YOLOv5, v3, v7.</summary>
    public const string YoloV5 = "yolov5";

    /// <summary>Box and class scores without objectness, transposed or not: YOLOv8 to v11.</summary>
    public const string YoloV8 = "yolov8";

    /// <summary>As <see cref="YoloV5"/> with one row per place of a grid, its boxes decoded or relative to the grid.</summary>
    public const string YoloX = "yolox";

    /// <summary>Two outputs: boxes and scores of all places. SSD, RetinaFace, UltraFace.</summary>
    public const string Ssd = "ssd";

    /// <summary>Two outputs: boxes and logits of a set of queries, the last of them "no object".</summary>
    public const string Detr = "detr";

    /// <summary>As <see cref="Detr"/> with a Sigmoid per class and no "no object": RT-DETR, Deformable DETR.</summary>
    public const string RtDetr = "rt-detr";

    /// <summary>Rows of box, score and class of what the model itself has chosen.</summary>
    public const string EndToEnd = "end-to-end";

    internal const int BoxNumbers = 4, EndToEndNumbers = 6;

    /// <summary>Gets the families with what is looked for in a model's outputs.</summary>
    public static IReadOnlyList<(string Name, string Outputs)> All { get; } =
    [
        (YoloV5, "[N,5+C] rows of box, objectness and C class scores"),
        (YoloV8, "[4+C,N] or [N,4+C] box and C class scores"),
        (YoloX, "[N,5+C] as yolov5, one row per place of the grids of strides 8, 16 and 32"),
        (Ssd, "boxes [N,4] and scores [N,C]"),
        (Detr, "boxes [N,4] and logits [N,C+1], the last for no object"),
        (RtDetr, "boxes [N,4] and logits [N,C]"),
        (EndToEnd, "[N,6] rows of corners, score and class, or boxes [N,4], scores [N] and classes [N]"),
    ];

    /// <summary>Gets the words that may follow a family after a colon, by what they say; of each group at most one.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Words { get; } =
    [
        ["cxcywh", "xyxy", "yxyx", "xywh"],
        ["pixels", "fractions"],
        ["probabilities", "sigmoid", "softmax"],
        ["background-first", "background-last", "no-background"],
        ["decoded", "raw"],
    ];

    /// <summary>Gets how many numbers of a row come before its class scores.</summary>
    internal static int NumbersBefore(string family) => family switch
    {
        YoloV8 => BoxNumbers,
        EndToEnd => EndToEndNumbers,
        _ => BoxNumbers + 1,
    };

    /// <summary>Reads <c>FAMILY[:WORD,..]</c>.</summary>
    /// <returns>Null where it is none.</returns>
    public static (string Family, IReadOnlyList<string> Words)? Parse(string text)
    {
        var parts = text.Split(':', 2);
        string[] words = parts.Length == 1 ? [] : parts[1].Split(',', StringSplitOptions.TrimEntries);
        var known = All.Any(f => f.Name == parts[0]) && words.All(w => Words.Any(g => g.Contains(w)))
            && Words.All(g => words.Count(g.Contains) <= 1);
        return known ? (parts[0], words) : null;
    }
}
