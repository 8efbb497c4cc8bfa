using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace SaliencyCluster.Gateway.Identity.Audit;

/// <summary>What a message is about: the fields that name something, also those of its header and options.</summary>
internal static class AuditSubject
{
    private const int MaxLetters = 200;

    private static readonly Dictionary<string, string> Named = new()
    {
        ["job_id"] = "job", ["evaluation_id"] = "evaluation", ["model"] = "model", ["model_name"] = "model",
            ["model_sha256"] = "modelSha256",
        ["worker"] = "worker", ["tenant"] = "forTenant", ["replay_id"] = "replay", ["method"] = "method", ["pool"] = "pool",
    };

    private static readonly HashSet<string> Parts = ["header", "options"];

    /// <summary>Adds what a message names; what was said before stays.</summary>
    public static void Add(IDictionary<string, string> subject, IMessage message)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            if (field.IsRepeated || field.IsMap || (field.HasPresence && !field.Accessor.HasValue(message))) continue;
            if (field.FieldType == FieldType.Message && Parts.Contains(field.Name)) Add(subject,
                (IMessage)field.Accessor.GetValue(message));
            else if (field.FieldType == FieldType.String && NameOf(field) is { } name
                && field.Accessor.GetValue(message) is string { Length: > 0 } text)
                subject.TryAdd(name, text.Length > MaxLetters ? text[..MaxLetters] : text);
        }
    }

    // What a model's messages call by name is the model.
    private static string? NameOf(FieldDescriptor field) => Named.TryGetValue(field.Name, out var name) ? name
        : field.Name == "name" && field.ContainingType.Name.Contains("Model", StringComparison.Ordinal) ? "model" : null;
}
