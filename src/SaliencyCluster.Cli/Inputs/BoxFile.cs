using System.Globalization;
using System.Text.Json;
using SaliencyCluster.Attribution.Detections;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Inputs;

/// <summary>A box that somebody drew around an object.</summary>
/// <param name="Image">The file name of its image.</param>
/// <param name="Box">The box, in pixels of the picture.</param>
/// <param name="Class">The class of the object; null where none is said.</param>
/// <param name="Where">Where in the file it stands, for messages.</param>
/// <param name="Size">Width and height of the image as the file says them; null where it does not.</param>
internal sealed record MarkedBox(string Image, Box Box, string? Class, string Where, (double Width, double Height)? Size = null);

/// <summary>Reads boxes of objects: annotations as COCO has them (<c>.json</c>), or lines <c>image,x0,y0,x1,y1[,class]</c>.</summary>
internal static class BoxFile
{
    private const string Next = "Give a COCO file (.json) with images, annotations and categories, or lines image,x0,y0,x1,y1,class.";

    /// <summary>Reads all boxes, in the order of the file.</summary>
    /// <exception cref="SaliencyException">SAL2510, SAL2519: there is no such file. SAL2536: it cannot be read; says where.</exception>
    public static IReadOnlyList<MarkedBox> Read(string path)
    {
        if (!File.Exists(path)) throw InputErrors.NoSuchFile("boxes", path);
        List<MarkedBox> boxes = path.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
            ? Coco(path) : [.. InputFile.Lines(path).Index().Select(l => Line(path, l.Index + 1, l.Item)).OfType<MarkedBox>()];
        return boxes.Count > 0 ? boxes : throw Wrong(path, null, "it has no box");
    }

    /// <summary>Refuses a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="where">The place in it; null for all of it.</param>
    /// <param name="why">What is wrong.</param>
    /// <param name="cause">What it was found by; null for nothing but the file itself.</param>
    public static SaliencyException Wrong(string path, string? where, string why, Exception? cause = null) => new(
        "SAL2536", $"The boxes in '{path}' cannot be used: {(where is null ? "" : where + ": ")}{why}.", Next, cause);

    private static MarkedBox? Line(string path, int number, string line)
    {
        if (line.Trim() is "" or ['#', ..]) return null;
        string[] parts = [.. line.Split(',').Select(p => p.Trim().Trim('"'))];
        if (number == 1 && parts is ["image", ..]) return null;
        var where = string.Create(CultureInfo.InvariantCulture, $"line {number}");
        if (parts.Length is not (5 or 6) || parts[0].Length == 0)
            throw Wrong(path, where, $"it has {parts.Length} parts, not image,x0,y0,x1,y1 or image,x0,y0,x1,y1,class");
        double[] sides = [.. parts[1..5].Select(Number)];
        var name = parts.Length == 6 && parts[5].Length > 0 ? parts[5] : null;
        return new(parts[0], Checked(path, where, new(sides[0], sides[1], sides[2], sides[3])), name, where);
    }

    private static double Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN;

    private static List<MarkedBox> Coco(string path)
    {
        try
        {
            using var file = JsonDocument.Parse(InputFile.Bytes(path));
            var root = file.RootElement;
            var images = Named(path, root, "images", "file_name");
            var names = root.TryGetProperty("categories", out _) ? Named(path, root, "categories", "name") : [];
            var boxes = new List<MarkedBox>();
            foreach (var (i, annotation) in List(path, root, "annotations").Index())
            {
                var where = string.Create(CultureInfo.InvariantCulture, $"annotations[{i}]");
                // A crowd is no object.
                if (annotation.TryGetProperty("iscrowd", out var crowd) && crowd.ValueKind == JsonValueKind.Number
                    && crowd.GetDouble() != 0) continue;
                if (!images.TryGetValue(Id(path, where, annotation, "image_id"), out var image))
                    throw Wrong(path, where, "its image_id is that of no image");
                var (x, y, width, height) = Sides(path, where, annotation);
                string? name = null;
                if (annotation.TryGetProperty("category_id", out _))
                {
                    name = names.TryGetValue(Id(path, where, annotation, "category_id"), out var category)
                        ? category.Name : throw Wrong(path, where, "its category_id is that of no category");
                }
                boxes.Add(new(image.Name, Checked(path, where, new(x, y, x + width, y + height)), name, where, Size(image.Element)));
            }
            return boxes;
        }
        catch (JsonException cause)
        {
            var where = cause.LineNumber is { } line ? string.Create(CultureInfo.InvariantCulture, $"line {line + 1}") : null;
            throw Wrong(path, where, "it is no JSON", cause);
        }
    }

    private static (double X, double Y, double Width, double Height) Sides(string path, string where, JsonElement annotation) =>
        annotation.TryGetProperty("bbox", out var sides) && sides.ValueKind == JsonValueKind.Array && sides.GetArrayLength() == 4
            && sides.EnumerateArray().All(v => v.ValueKind == JsonValueKind.Number)
            ? (sides[0].GetDouble(), sides[1].GetDouble(), sides[2].GetDouble(), sides[3].GetDouble())
            : throw Wrong(path, where, "it has no bbox of four numbers: left, top, width, height");

    private static Dictionary<long, (string Name, JsonElement Element)> Named(string path, JsonElement root, string list, string property)
    {
        var named = new Dictionary<long, (string, JsonElement)>();
        foreach (var (i, element) in List(path, root, list).Index())
        {
            var where = string.Create(CultureInfo.InvariantCulture, $"{list}[{i}]");
            if (!element.TryGetProperty(property, out var name) || name.ValueKind != JsonValueKind.String)
                throw Wrong(path, where, $"it has no {property}");
            if (!named.TryAdd(Id(path, where, element, "id"), (name.GetString()!, element)))
                throw Wrong(path, where, "its id is another one's too");
        }
        return named;
    }

    private static IEnumerable<JsonElement> List(string path, JsonElement root, string name) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            && list.EnumerateArray().All(e => e.ValueKind == JsonValueKind.Object)
            ? list.EnumerateArray() : throw Wrong(path, null, $"it has no list '{name}'");

    private static long Id(string path, string where, JsonElement element, string name) =>
        element.TryGetProperty(name, out var id) && id.ValueKind == JsonValueKind.Number && id.TryGetInt64(out var number)
            ? number : throw Wrong(path, where, $"it has no {name}");

    private static (double, double)? Size(JsonElement image) =>
        image.TryGetProperty("width", out var width) && image.TryGetProperty("height", out var height)
            && width.ValueKind == JsonValueKind.Number && height.ValueKind == JsonValueKind.Number
            ? (width.GetDouble(), height.GetDouble()) : null;

    private static Box Checked(string path, string where, Box box) =>
        double.IsFinite(box.X0 + box.Y0 + box.X1 + box.Y1) && box.Area > 0 && box.X1 > box.X0
            ? box : throw Wrong(path, where, "its box has no area, or a part that is no number");
}
