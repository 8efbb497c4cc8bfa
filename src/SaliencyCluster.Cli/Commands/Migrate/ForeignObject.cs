using System.Globalization;
using System.Text.Json;

namespace SaliencyCluster.Cli.Commands.Migrate;

/// <summary>
/// An object of another service's file. Each field that is read is noted with what becomes of it, and each that nobody read as unknown, so
/// that nothing is left out without a word.
/// </summary>
internal sealed class ForeignObject
{
    private readonly string _path;
    private readonly List<MigratedField> _fields;
    private readonly Dictionary<string, JsonProperty> _left;

    public ForeignObject(JsonElement json, string path, List<MigratedField> fields)
    {
        (_path, _fields) = (path, fields);
        _left = [];
        if (json.ValueKind == JsonValueKind.Object)
            foreach (var property in json.EnumerateObject()) _left[Key(property.Name)] = property;
    }

    /// <summary>Takes an object, as one that is empty where the field is not there.</summary>
    public ForeignObject Object(string name) =>
        Take(name) is { } property ? new(property.Value, Path(property.Name), _fields) : new(default, Path(name), _fields);

    /// <summary>Gets whether a field is there and not read yet.</summary>
    public bool Has(string name) => _left.ContainsKey(Key(name));

    /// <summary>Takes a field.</summary>
    /// <param name="name">Its name; capitals and underscores do not matter, as these services write both forms.</param>
    /// <param name="becomes">Says what becomes of its value and what differs; called where the field is there and not null.</param>
    public void Take(string name, Func<JsonElement, (string? Becomes, string? Note)> becomes)
    {
        if (Take(name) is not { Value.ValueKind: not JsonValueKind.Null } property) return;
        var (option, note) = becomes(property.Value);
        _fields.Add(new(Path(property.Name), Text(property.Value), option, note));
    }

    /// <summary>Takes a field that nothing becomes of.</summary>
    public void Leave(string name, string why) => Take(name, _ => (null, why));

    /// <summary>Takes the names and objects of a map.</summary>
    public IEnumerable<(string Name, ForeignObject Value)> Entries()
    {
        var all = _left.Values.ToList();
        _left.Clear();
        return all.Select(property => (property.Name, new ForeignObject(property.Value, Path(property.Name), _fields)));
    }

    /// <summary>Says whether two names are one, written in either way.</summary>
    public static bool Same(string name, string other) => Key(name) == Key(other);

    /// <summary>Gets a number as options are written; what is no number as it stands.</summary>
    public static string Number(JsonElement value) => value.ValueKind == JsonValueKind.Number
        ? value.GetDouble().ToString(CultureInfo.InvariantCulture) : value.ToString();

    /// <summary>Notes what nobody has read.</summary>
    public void End()
    {
        foreach (var property in _left.Values)
            _fields.Add(new(Path(property.Name), Text(property.Value), null, "not known here: left out"));
        _left.Clear();
    }

    private static string Key(string name) => name.Replace("_", "", StringComparison.Ordinal).ToUpperInvariant();

    private static string Text(JsonElement value)
    {
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText().ReplaceLineEndings(" ");
        return text.Length <= 40 ? text : text[..39] + "…";
    }

    private JsonProperty? Take(string name) => _left.Remove(Key(name), out var property) ? property : null;

    private string Path(string name) => _path.Length == 0 ? name : $"{_path}.{name}";
}
