using SaliencyCluster.Onnx;

namespace SaliencyCluster.Attribution.Detections;

/// <summary>Probabilities of classes, and how the numbers of an output became them.</summary>
/// <param name="Values">Row r and class c at <c>r * classes + c</c>.</param>
/// <param name="Read">How, in words.</param>
/// <param name="Background">The class that is none; null where there is none.</param>
/// <param name="Words">The words of a head that say the same.</param>
internal sealed record ClassScores(float[] Values, string Read, int? Background, IReadOnlyList<string> Words)
{
    private const double Tolerance = 1e-3;

    /// <summary>Reads them: as the head's words say, else as its family has them, else as the numbers themselves tell.</summary>
    /// <param name="head">The head.</param>
    /// <param name="table">The output.</param>
    /// <param name="first">Where in a row they begin.</param>
    /// <param name="classes">How many there are.</param>
    /// <exception cref="SaliencyException">SAL2051: they are no probabilities, and nothing says what makes them such.</exception>
    public static ClassScores Of(DetectionHead head, OutputTable table, int first, int classes)
    {
        var values = new float[table.Rows * classes];
        for (var r = 0; r < table.Rows; r++)
            for (var c = 0; c < classes; c++) values[r * classes + c] = table[r, first + c];
        var form = BoxReading.Word(head, 2) ?? (values.AsSpan().ContainsAnyExceptInRange(0f, 1f) ? Usual(head) : "probabilities");
        if (form == "sigmoid") values = Array.ConvertAll(values, v => (float)(1 / (1 + Math.Exp(-v))));
        if (form == "softmax") Softmax(values, classes);
        var background = BackgroundOf(head, values, classes);
        return new(values, form + background switch { null => "", 0 => ", the first a background", _ => ", the last no object" },
            background, [form, background switch { null => "no-background", 0 => "background-first", _ => "background-last" }]);
    }

    private static string Usual(DetectionHead head) => head.Family switch
    {
        HeadFamilies.Detr => "softmax",
        HeadFamilies.Ssd => throw new SaliencyException(
            "SAL2051", $"The scores of output '{head.Scores}' are no probabilities, and a head '{head.Family}' may mean either a "
                + $"Sigmoid of each or a Softmax with a background.",
            $"Say which: --head {head.Family}:sigmoid, or --head {head.Family}:softmax,background-first."),
        _ => "sigmoid",
    };

    private static void Softmax(float[] values, int classes)
    {
        for (var start = 0; start < values.Length; start += classes)
        {
            var row = values.AsSpan(start, classes);
            var most = System.Numerics.Tensors.TensorPrimitives.Max<float>(row);
            var sum = 0.0;
            foreach (var v in row) sum += Math.Exp(v - most);
            for (var c = 0; c < classes; c++) row[c] = (float)(Math.Exp(row[c] - most) / sum);
        }
    }

    // Probabilities that share one Softmax need a class for places that show nothing.
    private static int? BackgroundOf(DetectionHead head, float[] values, int classes)
    {
        if (BoxReading.Word(head, 3) is { } word) return word switch { "background-first" => 0, "background-last" => classes - 1, _ =>
            null };
        if (classes < 2 || head.Family is not (HeadFamilies.Ssd or HeadFamilies.Detr)) return null;
        for (var start = 0; start < values.Length; start += classes)
            if (Math.Abs(values.AsSpan(start, classes).ToArray().Sum(v => (double)v) - 1) > Tolerance) return null;
        return head.Family == HeadFamilies.Ssd ? 0 : classes - 1;
    }
}
