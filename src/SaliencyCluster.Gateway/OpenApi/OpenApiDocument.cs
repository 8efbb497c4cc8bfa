using System.Text.Json.Nodes;
using Google.Api;
using Google.Protobuf.Reflection;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Gateway.OpenApi;

/// <summary>Describes the REST form of the protocol as OpenAPI 3.0, straight from the descriptors of the protos.</summary>
internal static class OpenApiDocument
{
    /// <summary>Makes the document.</summary>
    public static JsonObject Make(string version)
    {
        var (paths, schemas) = (new JsonObject(), new OpenApiSchemas());
        foreach (var method in new[] { Protocol.V1.Models.Descriptor, Protocol.V1.Explanations.Descriptor, Protocol.V1.Evaluations.Descriptor, Protocol.V1.Cluster.Descriptor }.SelectMany(s => s.Methods))
        {
            if (method.GetOptions()?.GetExtension(AnnotationsExtensions.Http) is not { } rule) continue;
            var (verb, template) = Route(rule);
            if (paths[template] is not JsonObject path) paths[template] = path = [];
            path[verb] = Operation(method, template, rule.Body, schemas);
        }
        return new JsonObject
        {
            ["openapi"] = "3.0.3",
            ["info"] = new JsonObject { ["title"] = "SaliencyCluster", ["version"] = version, ["description"] = "REST form of the gRPC package saliency.v1. Uploads of models and jobs are gRPC only, since they are streams." },
            ["paths"] = paths,
            ["components"] = new JsonObject { ["schemas"] = schemas.All },
        };
    }

    private static (string Verb, string Template) Route(HttpRule rule) => rule.PatternCase switch
    {
        HttpRule.PatternOneofCase.Get => ("get", rule.Get),
        HttpRule.PatternOneofCase.Post => ("post", rule.Post),
        HttpRule.PatternOneofCase.Delete => ("delete", rule.Delete),
        _ => throw new NotSupportedException($"The pattern {rule.PatternCase} has no OpenAPI form here; add it."),
    };

    private static JsonObject Operation(MethodDescriptor method, string template, string body, OpenApiSchemas schemas)
    {
        var inPath = method.InputType.Fields.InDeclarationOrder().Where(f => template.Contains('{' + f.Name + '}')).ToList();
        var parameters = inPath.Select(f => Parameter(f, "path", schemas));
        if (body.Length == 0) parameters = parameters.Concat(method.InputType.Fields.InDeclarationOrder().Except(inPath).Select(f => Parameter(f, "query", schemas)));
        var operation = new JsonObject
        {
            ["operationId"] = method.Name,
            ["tags"] = new JsonArray(method.Service.Name),
            ["parameters"] = new JsonArray([.. parameters]),
            ["responses"] = new JsonObject
            {
                ["200"] = Content(method.IsServerStreaming ? "One JSON object per line, until the stream ends." : "The answer.", schemas.Of(method.OutputType)),
                ["default"] = Content("google.rpc.Status; details hold ErrorInfo with the code of docs/errors.md.", OpenApiSchemas.Status()),
            },
        };
        if (body.Length > 0) operation["requestBody"] = Content(null, schemas.Of(method.InputType));
        return operation;
    }

    private static JsonObject Parameter(FieldDescriptor field, string place, OpenApiSchemas schemas) => new()
    {
        ["name"] = place == "path" ? field.Name : field.JsonName,
        ["in"] = place,
        ["required"] = place == "path",
        ["schema"] = schemas.Of(field),
    };

    private static JsonObject Content(string? description, JsonNode schema)
    {
        var content = new JsonObject { ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = schema } } };
        if (description is not null) content["description"] = description;
        return content;
    }
}
