using System.Globalization;
using Google.Protobuf.Reflection;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Dashboard.Jobs;

/// <summary>
/// The options of a method as texts that a user edits. Which there are is what the gateway says of the method, what they hold is the
/// type of the field in <see cref="ExplanationOptions"/>: a new option of either needs nothing here.
/// </summary>
public sealed class OptionForm
{
    // Choices of fields that hold words; a word that is missing here can still be typed.
    private static readonly Dictionary<string, string[]> Words = new(StringComparer.Ordinal)
    {
        ["rule"] = ["gausslegendre", "riemann_left", "riemann_right", "riemann_middle", "riemann_trapezoid", "pair", "adaptive"],
        ["baseline"] = ["zeros", "ones", "black", "white", "mean", "blur", "uniform"],
        ["stdev-kind"] = ["relative", "absolute"],
        ["sampling"] = ["independent", "antithetic", "latin-hypercube"],
        ["upsampling"] = ["nearest", "bilinear"],
        ["smooth"] = ["smoothgrad", "smoothgrad-squared", "vargrad"],
        ["score"] = ["logit", "probability"],
    };

    private readonly string _model;

    private static readonly string[] ForEvery = ["target", "score", "smooth", "micro-batch", "shard-points"];

    /// <summary>Makes a form with nothing filled in but what was typed before.</summary>
    /// <param name="method">The method.</param>
    /// <param name="model">The model, for its layers and labels.</param>
    /// <param name="before">What was typed for another method or model, and stays where it fits.</param>
    public OptionForm(Method method, Model model, OptionForm? before = null)
    {
        Method = method;
        Fields = [.. method.Options.Where(o => !ForEvery.Contains(o.Name)).Select(o => Of(o.Name, o.DefaultValue, model)).OfType<OptionField>()];
        string[] general = [.. ForEvery, .. FindsBoxes(model) ? ["detection", "box"] : Array.Empty<string>()];
        General = [.. general.Select(name => Of(name, DefaultOf(name, method), model)).OfType<OptionField>()];
        _model = model.Name;
        // Classes and layers are those of one model.
        foreach (var field in All.Where(f => before?._model == _model || f.Name is not ("target" or "layer")))
            field.Value = before?.All.FirstOrDefault(f => f.Name == field.Name)?.Value ?? "";
    }

    /// <summary>Gets the method.</summary>
    public Method Method { get; }

    /// <summary>Gets the options of this method.</summary>
    public IReadOnlyList<OptionField> Fields { get; }

    /// <summary>Gets the options of every method.</summary>
    public IReadOnlyList<OptionField> General { get; }

    /// <summary>Gets the request; what is empty is left to the gateway's defaults.</summary>
    /// <exception cref="FormatException">A text is no number where one is needed.</exception>
    public ExplanationOptions ToOptions()
    {
        var options = new ExplanationOptions { Method = Method.Name };
        foreach (var field in All.Where(f => f.Value.Trim().Length > 0)) field.Set(options);
        return options;
    }

    private IEnumerable<OptionField> All => Fields.Concat(General);

    private static string DefaultOf(string name, Method method) =>
        method.Options.FirstOrDefault(o => o.Name == name)?.DefaultValue ?? (name == "target" ? "predicted" : "");

    // A method that explains detections and nothing else can explain what a detector finds.
    private static bool FindsBoxes(Model model) => model.Methods.Any(m => m.Method == "d-rise" && m.Missing.Length == 0);

    private static IReadOnlyList<string> Layers(Model model) =>
    [
        .. model.LastConv.Length > 0 ? ["last-conv"] : Array.Empty<string>(),
        .. model.LastTokens.Length > 0 ? ["last-tokens"] : Array.Empty<string>(),
        .. model.Layers.Where(l => l.GradCam).Select(l => l.Tensor),
    ];

    private static OptionField? Of(string name, string defaultValue, Model model)
    {
        if (ExplanationOptions.Descriptor.FindFieldByName(name.Replace('-', '_')) is not { } field) return null;
        var choices = name == "layer" ? Layers(model)
            : name == "target" ? ["predicted", .. model.Labels.Take(1000)]
            : Words.GetValueOrDefault(name, []);
        return new(name, field, defaultValue, choices);
    }
}

/// <summary>One option.</summary>
/// <param name="Name">Its name on the command line, without dashes.</param>
/// <param name="Field">Where it goes.</param>
/// <param name="Default">What unset means, where there is a value for it.</param>
/// <param name="Choices">Values to choose from; empty where it is typed.</param>
public sealed record OptionField(string Name, FieldDescriptor Field, string Default, IReadOnlyList<string> Choices)
{
    /// <summary>Gets or sets what the user typed.</summary>
    public string Value { get; set; } = "";

    /// <summary>Gets the name as a label.</summary>
    public string Label => char.ToUpperInvariant(Name[0]) + Name[1..].Replace('-', ' ');

    /// <summary>Gets whether it is yes or no.</summary>
    public bool IsFlag => Field.FieldType == FieldType.Bool;

    /// <summary>Gets whether any text may be typed beside the choices.</summary>
    public bool IsOpen => Name is "target" or "layer" or "baseline";

    /// <summary>Gets the keyboard that suits it.</summary>
    public string InputMode => Field.IsRepeated || Field.FieldType == FieldType.String ? "text" : Field.FieldType == FieldType.Double ? "decimal" : "numeric";

    /// <summary>Gets what may be typed, for the empty field.</summary>
    public string Placeholder => Default.Length > 0 ? Default : Field.IsRepeated ? "height,width" : "default";

    /// <summary>Writes the value into a request.</summary>
    /// <exception cref="FormatException">It is no number.</exception>
    public void Set(ExplanationOptions options)
    {
        try
        {
            if (Field.IsRepeated)
                foreach (var part in Value.Split(',')) ((System.Collections.IList)Field.Accessor.GetValue(options)).Add(Parse(part));
            else Field.Accessor.SetValue(options, Parse(Value));
        }
        catch (Exception error) when (error is FormatException or OverflowException)
        {
            throw new FormatException($"{Label} is '{Value}'; it must be {(Field.IsRepeated ? "two whole numbers such as 8,8" : Field.FieldType == FieldType.Double ? "a number" : "a whole number, at least 0")}.");
        }
    }

    private object Parse(string text) => Field.FieldType switch
    {
        FieldType.UInt32 => uint.Parse(text.Trim(), CultureInfo.InvariantCulture),
        FieldType.UInt64 => ulong.Parse(text.Trim(), CultureInfo.InvariantCulture),
        FieldType.Double => double.Parse(text.Trim(), CultureInfo.InvariantCulture),
        FieldType.Bool => bool.Parse(text),
        _ => text.Trim(),
    };
}
