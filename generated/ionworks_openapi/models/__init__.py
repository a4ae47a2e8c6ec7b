# Generated from openapi.yaml. Do not edit: run make generate.
"""The models of the contract, each loaded on first use."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ionworks.quantity import Quantity as Quantity

    from .attach_raw_data_request import AttachRawDataRequest as AttachRawDataRequest
    from .batch_properties import BatchProperties as BatchProperties
    from .capabilities import Capabilities as Capabilities
    from .cell_batch import CellBatch as CellBatch
    from .cell_batch_create import CellBatchCreate as CellBatchCreate
    from .cell_batch_list import CellBatchList as CellBatchList
    from .cell_batch_update import CellBatchUpdate as CellBatchUpdate
    from .cell_instance import CellInstance as CellInstance
    from .cell_instance_create import CellInstanceCreate as CellInstanceCreate
    from .cell_instance_list import CellInstanceList as CellInstanceList
    from .cell_instance_update import CellInstanceUpdate as CellInstanceUpdate
    from .cell_measurement import CellMeasurement as CellMeasurement
    from .cell_measurement_confirmed import (
        CellMeasurementConfirmed as CellMeasurementConfirmed,
    )
    from .cell_measurement_list import CellMeasurementList as CellMeasurementList
    from .cell_measurement_update import CellMeasurementUpdate as CellMeasurementUpdate
    from .cell_measurement_with_data import (
        CellMeasurementWithData as CellMeasurementWithData,
    )
    from .cell_measurement_with_parents import (
        CellMeasurementWithParents as CellMeasurementWithParents,
    )
    from .cell_measurement_with_parents_list import (
        CellMeasurementWithParentsList as CellMeasurementWithParentsList,
    )
    from .cell_spec_project_mapping import (
        CellSpecProjectMapping as CellSpecProjectMapping,
    )
    from .cell_specification import CellSpecification as CellSpecification
    from .cell_specification_create import (
        CellSpecificationCreate as CellSpecificationCreate,
    )
    from .cell_specification_list import CellSpecificationList as CellSpecificationList
    from .cell_specification_update import (
        CellSpecificationUpdate as CellSpecificationUpdate,
    )
    from .column_table import ColumnTable as ColumnTable
    from .component import Component as Component
    from .component_input import ComponentInput as ComponentInput
    from .component_type import ComponentType as ComponentType
    from .confirm_raw_data_upload_request import (
        ConfirmRawDataUploadRequest as ConfirmRawDataUploadRequest,
    )
    from .confirm_upload_request import ConfirmUploadRequest as ConfirmUploadRequest
    from .conflict_detail import ConflictDetail as ConflictDetail
    from .conflict_envelope import ConflictEnvelope as ConflictEnvelope
    from .create_properties_measurement_request import (
        CreatePropertiesMeasurementRequest as CreatePropertiesMeasurementRequest,
    )
    from .design_properties import DesignProperties as DesignProperties
    from .discovery_schema import DiscoverySchema as DiscoverySchema
    from .domain_context import DomainContext as DomainContext
    from .empty_request import EmptyRequest as EmptyRequest
    from .error_envelope import ErrorEnvelope as ErrorEnvelope
    from .file_metadata import FileMetadata as FileMetadata
    from .health import Health as Health
    from .http_validation_error import HTTPValidationError as HTTPValidationError
    from .ids import CellBatchId as CellBatchId
    from .ids import CellInstanceId as CellInstanceId
    from .ids import CellMeasurementId as CellMeasurementId
    from .ids import CellSpecificationId as CellSpecificationId
    from .ids import ComponentId as ComponentId
    from .ids import JobId as JobId
    from .ids import MaterialId as MaterialId
    from .ids import ProjectId as ProjectId
    from .ids import RawDataId as RawDataId
    from .initiate_raw_data_upload_request import (
        InitiateRawDataUploadRequest as InitiateRawDataUploadRequest,
    )
    from .initiate_raw_data_upload_response import (
        InitiateRawDataUploadResponse as InitiateRawDataUploadResponse,
    )
    from .initiate_upload_request import InitiateUploadRequest as InitiateUploadRequest
    from .initiate_upload_response import (
        InitiateUploadResponse as InitiateUploadResponse,
    )
    from .job import Job as Job
    from .job_access_level import JobAccessLevel as JobAccessLevel
    from .job_list import JobList as JobList
    from .job_result import JobResult as JobResult
    from .job_status import JobStatus as JobStatus
    from .job_type import JobType as JobType
    from .material import Material as Material
    from .material_definition import MaterialDefinition as MaterialDefinition
    from .material_input import MaterialInput as MaterialInput
    from .material_list import MaterialList as MaterialList
    from .material_update import MaterialUpdate as MaterialUpdate
    from .measured_properties import MeasuredProperties as MeasuredProperties
    from .measurement_cycles import MeasurementCycles as MeasurementCycles
    from .measurement_files import MeasurementFiles as MeasurementFiles
    from .measurement_metadata import MeasurementMetadata as MeasurementMetadata
    from .measurement_order_by import MeasurementOrderBy as MeasurementOrderBy
    from .measurement_properties import MeasurementProperties as MeasurementProperties
    from .measurement_steps import MeasurementSteps as MeasurementSteps
    from .measurement_tag import MeasurementTag as MeasurementTag
    from .measurement_tag_list import MeasurementTagList as MeasurementTagList
    from .measurement_tags_updated import (
        MeasurementTagsUpdated as MeasurementTagsUpdated,
    )
    from .measurement_type import MeasurementType as MeasurementType
    from .multipart_upload import MultipartUpload as MultipartUpload
    from .order import Order as Order
    from .order_by import OrderBy as OrderBy
    from .organization_reference import OrganizationReference as OrganizationReference
    from .project import Project as Project
    from .project_create import ProjectCreate as ProjectCreate
    from .project_list import ProjectList as ProjectList
    from .project_measurement_order_by import (
        ProjectMeasurementOrderBy as ProjectMeasurementOrderBy,
    )
    from .project_update import ProjectUpdate as ProjectUpdate
    from .protocol import Protocol as Protocol
    from .ratings import Ratings as Ratings
    from .raw_data import RawData as RawData
    from .raw_data_attached import RawDataAttached as RawDataAttached
    from .raw_data_download_url import RawDataDownloadUrl as RawDataDownloadUrl
    from .raw_data_list import RawDataList as RawDataList
    from .raw_data_measurement_list import (
        RawDataMeasurementList as RawDataMeasurementList,
    )
    from .raw_data_metadata import RawDataMetadata as RawDataMetadata
    from .raw_data_update import RawDataUpdate as RawDataUpdate
    from .record_reference import RecordReference as RecordReference
    from .search_hit import SearchHit as SearchHit
    from .search_results import SearchResults as SearchResults
    from .source import Source as Source
    from .steps_and_cycles import StepsAndCycles as StepsAndCycles
    from .test_setup import TestSetup as TestSetup
    from .update_measurement_tags_request import (
        UpdateMeasurementTagsRequest as UpdateMeasurementTagsRequest,
    )
    from .upload_target import UploadTarget as UploadTarget
    from .user import User as User
    from .user_project_role import UserProjectRole as UserProjectRole
    from .validation_error import ValidationError as ValidationError
    from .validation_error_context import (
        ValidationErrorContext as ValidationErrorContext,
    )

_MODULES = {
    "Quantity": "ionworks.quantity",
    "AttachRawDataRequest": ".attach_raw_data_request",
    "BatchProperties": ".batch_properties",
    "Capabilities": ".capabilities",
    "CellBatch": ".cell_batch",
    "CellBatchCreate": ".cell_batch_create",
    "CellBatchList": ".cell_batch_list",
    "CellBatchUpdate": ".cell_batch_update",
    "CellInstance": ".cell_instance",
    "CellInstanceCreate": ".cell_instance_create",
    "CellInstanceList": ".cell_instance_list",
    "CellInstanceUpdate": ".cell_instance_update",
    "CellMeasurement": ".cell_measurement",
    "CellMeasurementConfirmed": ".cell_measurement_confirmed",
    "CellMeasurementList": ".cell_measurement_list",
    "CellMeasurementUpdate": ".cell_measurement_update",
    "CellMeasurementWithData": ".cell_measurement_with_data",
    "CellMeasurementWithParents": ".cell_measurement_with_parents",
    "CellMeasurementWithParentsList": ".cell_measurement_with_parents_list",
    "CellSpecProjectMapping": ".cell_spec_project_mapping",
    "CellSpecification": ".cell_specification",
    "CellSpecificationCreate": ".cell_specification_create",
    "CellSpecificationList": ".cell_specification_list",
    "CellSpecificationUpdate": ".cell_specification_update",
    "ColumnTable": ".column_table",
    "Component": ".component",
    "ComponentInput": ".component_input",
    "ComponentType": ".component_type",
    "ConfirmRawDataUploadRequest": ".confirm_raw_data_upload_request",
    "ConfirmUploadRequest": ".confirm_upload_request",
    "ConflictDetail": ".conflict_detail",
    "ConflictEnvelope": ".conflict_envelope",
    "CreatePropertiesMeasurementRequest": ".create_properties_measurement_request",
    "DesignProperties": ".design_properties",
    "DiscoverySchema": ".discovery_schema",
    "DomainContext": ".domain_context",
    "EmptyRequest": ".empty_request",
    "ErrorEnvelope": ".error_envelope",
    "FileMetadata": ".file_metadata",
    "Health": ".health",
    "HTTPValidationError": ".http_validation_error",
    "InitiateRawDataUploadRequest": ".initiate_raw_data_upload_request",
    "InitiateRawDataUploadResponse": ".initiate_raw_data_upload_response",
    "InitiateUploadRequest": ".initiate_upload_request",
    "InitiateUploadResponse": ".initiate_upload_response",
    "Job": ".job",
    "JobAccessLevel": ".job_access_level",
    "JobList": ".job_list",
    "JobResult": ".job_result",
    "JobStatus": ".job_status",
    "JobType": ".job_type",
    "Material": ".material",
    "MaterialDefinition": ".material_definition",
    "MaterialInput": ".material_input",
    "MaterialList": ".material_list",
    "MaterialUpdate": ".material_update",
    "MeasuredProperties": ".measured_properties",
    "MeasurementCycles": ".measurement_cycles",
    "MeasurementFiles": ".measurement_files",
    "MeasurementMetadata": ".measurement_metadata",
    "MeasurementOrderBy": ".measurement_order_by",
    "MeasurementProperties": ".measurement_properties",
    "MeasurementSteps": ".measurement_steps",
    "MeasurementTag": ".measurement_tag",
    "MeasurementTagList": ".measurement_tag_list",
    "MeasurementTagsUpdated": ".measurement_tags_updated",
    "MeasurementType": ".measurement_type",
    "MultipartUpload": ".multipart_upload",
    "Order": ".order",
    "OrderBy": ".order_by",
    "OrganizationReference": ".organization_reference",
    "Project": ".project",
    "ProjectCreate": ".project_create",
    "ProjectList": ".project_list",
    "ProjectMeasurementOrderBy": ".project_measurement_order_by",
    "ProjectUpdate": ".project_update",
    "Protocol": ".protocol",
    "Ratings": ".ratings",
    "RawData": ".raw_data",
    "RawDataAttached": ".raw_data_attached",
    "RawDataDownloadUrl": ".raw_data_download_url",
    "RawDataList": ".raw_data_list",
    "RawDataMeasurementList": ".raw_data_measurement_list",
    "RawDataMetadata": ".raw_data_metadata",
    "RawDataUpdate": ".raw_data_update",
    "RecordReference": ".record_reference",
    "SearchHit": ".search_hit",
    "SearchResults": ".search_results",
    "Source": ".source",
    "StepsAndCycles": ".steps_and_cycles",
    "TestSetup": ".test_setup",
    "UpdateMeasurementTagsRequest": ".update_measurement_tags_request",
    "UploadTarget": ".upload_target",
    "User": ".user",
    "UserProjectRole": ".user_project_role",
    "ValidationError": ".validation_error",
    "ValidationErrorContext": ".validation_error_context",
    "CellBatchId": ".ids",
    "CellInstanceId": ".ids",
    "CellMeasurementId": ".ids",
    "CellSpecificationId": ".ids",
    "ComponentId": ".ids",
    "JobId": ".ids",
    "MaterialId": ".ids",
    "ProjectId": ".ids",
    "RawDataId": ".ids",
}

__all__ = [
    "AttachRawDataRequest",
    "BatchProperties",
    "Capabilities",
    "CellBatch",
    "CellBatchCreate",
    "CellBatchId",
    "CellBatchList",
    "CellBatchUpdate",
    "CellInstance",
    "CellInstanceCreate",
    "CellInstanceId",
    "CellInstanceList",
    "CellInstanceUpdate",
    "CellMeasurement",
    "CellMeasurementConfirmed",
    "CellMeasurementId",
    "CellMeasurementList",
    "CellMeasurementUpdate",
    "CellMeasurementWithData",
    "CellMeasurementWithParents",
    "CellMeasurementWithParentsList",
    "CellSpecification",
    "CellSpecificationCreate",
    "CellSpecificationId",
    "CellSpecificationList",
    "CellSpecificationUpdate",
    "CellSpecProjectMapping",
    "ColumnTable",
    "Component",
    "ComponentId",
    "ComponentInput",
    "ComponentType",
    "ConfirmRawDataUploadRequest",
    "ConfirmUploadRequest",
    "ConflictDetail",
    "ConflictEnvelope",
    "CreatePropertiesMeasurementRequest",
    "DesignProperties",
    "DiscoverySchema",
    "DomainContext",
    "EmptyRequest",
    "ErrorEnvelope",
    "FileMetadata",
    "Health",
    "HTTPValidationError",
    "InitiateRawDataUploadRequest",
    "InitiateRawDataUploadResponse",
    "InitiateUploadRequest",
    "InitiateUploadResponse",
    "Job",
    "JobAccessLevel",
    "JobId",
    "JobList",
    "JobResult",
    "JobStatus",
    "JobType",
    "Material",
    "MaterialDefinition",
    "MaterialId",
    "MaterialInput",
    "MaterialList",
    "MaterialUpdate",
    "MeasuredProperties",
    "MeasurementCycles",
    "MeasurementFiles",
    "MeasurementMetadata",
    "MeasurementOrderBy",
    "MeasurementProperties",
    "MeasurementSteps",
    "MeasurementTag",
    "MeasurementTagList",
    "MeasurementTagsUpdated",
    "MeasurementType",
    "MultipartUpload",
    "Order",
    "OrderBy",
    "OrganizationReference",
    "Project",
    "ProjectCreate",
    "ProjectId",
    "ProjectList",
    "ProjectMeasurementOrderBy",
    "ProjectUpdate",
    "Protocol",
    "Quantity",
    "Ratings",
    "RawData",
    "RawDataAttached",
    "RawDataDownloadUrl",
    "RawDataId",
    "RawDataList",
    "RawDataMeasurementList",
    "RawDataMetadata",
    "RawDataUpdate",
    "RecordReference",
    "SearchHit",
    "SearchResults",
    "Source",
    "StepsAndCycles",
    "TestSetup",
    "UpdateMeasurementTagsRequest",
    "UploadTarget",
    "User",
    "UserProjectRole",
    "ValidationError",
    "ValidationErrorContext",
]


def __getattr__(name: str) -> object:
    try:
        module = _MODULES[name]
    except KeyError:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None
    value = getattr(import_module(module, __package__), name)
    globals()[name] = value
    return value
